import { Button } from '@patternfly/react-core/dist/esm/components/Button';
import { FormSelect, FormSelectOption } from '@patternfly/react-core/dist/esm/components/FormSelect';
import { Label } from '@patternfly/react-core/dist/esm/components/Label';
import { TextInput } from '@patternfly/react-core/dist/esm/components/TextInput';
import { Toolbar, ToolbarContent, ToolbarGroup, ToolbarItem } from '@patternfly/react-core/dist/esm/components/Toolbar';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { api } from '../../api/client';
import { useShortcut } from '../../app/shortcuts';
import { text } from '../../app/messages';
import { picker } from '../../app/messages/picker';
import { access as accessWords } from '../../app/messages/access';
import { auditLog as words } from '../../app/messages/auditLog';
import { auditTrail as trailWords } from '../../app/messages/auditTrail';
import { useSearchChange } from '../../app/url';
import { FilterBox } from '../../components/FilterBox';
import { errorText } from '../../components/FormError';
import { ResourcePicker } from '../../components/ResourcePicker';
import { showToast } from '../../components/toastStore';
import type { OAuthClient } from '../vault/robot-access/GrantAccessWindow';
import type { Robot } from '../vault/robot-access/WhoMayRead';
import { exportEvents } from './exportEvents';
import { filterNames, isFiltered, toLocal, toUtc, type Filter } from './filters';

/** The toolbar of the audit log. The project is the selector's. */
export function EventFilters({ filter }: { filter: Filter }) {
  const [, change] = useSearchChange();
  const { robot, client } = useNamed(filter);
  const queries = useQueryClient();
  useShortcut('r', () => void queries.invalidateQueries({ queryKey: ['/api/v1/audit-events'] }));
  const clear = () => change(Object.fromEntries(filterNames.filter((name) => name !== 'project').map((name) => [name, undefined])));
  return (
    <Toolbar aria-label={words.filters}>
      <ToolbarContent>
        <ToolbarItem>
          <FilterBox label={trailWords.search} placeholder={trailWords.search} value={filter.q ?? ''} onChange={(q) => change({ q }, true)} />
        </ToolbarItem>
      </ToolbarContent>
      <ToolbarContent>
        <ToolbarItem>
          <FormSelect value={filter.action ?? ''} aria-label={words.action} onChange={(_, action) => change({ action })}>
            <FormSelectOption value="" label={words.anyAction} />
            {Object.entries(words.actions).map(([action, name]) => <FormSelectOption key={action} value={action} label={name} />)}
          </FormSelect>
        </ToolbarItem>
        <ToolbarItem>
          <FormSelect value={filter.outcome ?? ''} aria-label={words.outcome} onChange={(_, outcome) => change({ outcome })}>
            <FormSelectOption value="" label={words.anyOutcome} />
            {Object.entries(words.outcomes).map(([outcome, name]) => <FormSelectOption key={outcome} value={outcome} label={name} />)}
          </FormSelect>
        </ToolbarItem>
        <ToolbarItem>
          <ResourcePicker<Robot> label={words.robot} placeholder={words.robot} path="/api/v1/robots" query={{ project: filter.project }}
            rowName={(row) => accessWords.robotAt(row.name, row.path)} rowDetail={(row) => row.project_name} value={robot}
            onChange={(row) => change({ actor_id: row?.id })} />
        </ToolbarItem>
        <ToolbarItem>
          <ResourcePicker<OAuthClient> label={words.client} placeholder={words.client} path="/api/v1/oauth-clients"
            query={{ project: filter.project }} rowName={(row) => row.label} rowDetail={(row) => `${row.project_name} › ${row.target_system_name}`}
            value={client} onChange={(row) => change({ subject_id: row?.id })} />
        </ToolbarItem>
      </ToolbarContent>
      <ToolbarContent>
        <TimeBox label={words.since} value={filter.since} onChange={(since) => change({ since }, true)} />
        <TimeBox label={words.until} value={filter.until} onChange={(until) => change({ until }, true)} />
        <ToolbarGroup variant="action-group">
          <ToolbarItem><ExportButton filter={filter} kind="csv" /></ToolbarItem>
          <ToolbarItem><ExportButton filter={filter} kind="json" /></ToolbarItem>
        </ToolbarGroup>
        {isFiltered({ ...filter, project: undefined }) && (
          <ToolbarItem><Button variant="link" onClick={clear}>{words.clear}</Button></ToolbarItem>
        )}
      </ToolbarContent>
      {((filter.actor_id && !robot) || (filter.subject_id && !client)) && (
        <ToolbarContent>
          {filter.actor_id && !robot && (
            <ToolbarItem><Chip name={words.chipActor} value={filter.actor_id} remove={() => change({ actor_id: undefined })} /></ToolbarItem>
          )}
          {filter.subject_id && !client && (
            <ToolbarItem><Chip name={words.chipSubject} value={filter.subject_id} remove={() => change({ subject_id: undefined })} /></ToolbarItem>
          )}
        </ToolbarContent>
      )}
    </Toolbar>
  );
}

/** The robot and the client that the filter is about; undefined where it is about something else, which then is a chip. */
function useNamed(filter: Filter): { robot: Robot | undefined; client: OAuthClient | undefined } {
  const { actor_id: actor, subject_id: subject } = filter;
  const robot = useQuery({
    queryKey: ['/api/v1/robots', actor], enabled: actor !== undefined,
    queryFn: ({ signal }) => api.get('/api/v1/robots/{id}', { path: { id: actor ?? '' }, signal }),
  });
  const client = useQuery({
    queryKey: ['/api/v1/oauth-clients', subject], enabled: subject !== undefined,
    queryFn: ({ signal }) => api.get('/api/v1/oauth-clients/{id}', { path: { id: subject ?? '' }, signal }),
  });
  return { robot: actor ? robot.data : undefined, client: subject ? client.data : undefined };
}

function Chip({ name, value, remove }: { name: string; value: string; remove: () => void }) {
  return <Label variant="outline" onClose={remove} closeBtnAriaLabel={`${picker.clear}: ${name}`}>{name}: {value}</Label>;
}

interface TimeBoxProps {
  label: string;
  value: string | undefined;
  onChange: (utc: string | undefined) => void;
}

function TimeBox({ label, value, onChange }: TimeBoxProps) {
  return (
    <ToolbarGroup variant="filter-group">
      <ToolbarItem variant="label">{label}</ToolbarItem>
      <ToolbarItem>
        <TextInput type="datetime-local" aria-label={label} value={toLocal(value)} onChange={(_, local) => onChange(toUtc(local))} />
      </ToolbarItem>
    </ToolbarGroup>
  );
}

function ExportButton({ filter, kind }: { filter: Filter; kind: 'csv' | 'json' }) {
  const [isRunning, setRunning] = useState(false);
  const run = async () => {
    setRunning(true);
    try {
      await exportEvents(kind, filter);
    } catch (error) {
      showToast({ variant: 'danger', title: text.table.exportFailed, body: errorText(error) });
    }
    setRunning(false);
  };
  return (
    <Button variant="secondary" isLoading={isRunning} isDisabled={isRunning} spinnerAriaLabel={text.common.loading} onClick={() => void run()}>
      {kind === 'csv' ? words.exportCsv : words.exportJson}
    </Button>
  );
}
