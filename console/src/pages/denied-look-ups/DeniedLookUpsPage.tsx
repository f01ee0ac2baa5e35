import { Alert } from '@patternfly/react-core/dist/esm/components/Alert';
import { Button } from '@patternfly/react-core/dist/esm/components/Button';
import { EmptyState, EmptyStateBody } from '@patternfly/react-core/dist/esm/components/EmptyState';
import { FormSelect, FormSelectOption } from '@patternfly/react-core/dist/esm/components/FormSelect';
import { Skeleton } from '@patternfly/react-core/dist/esm/components/Skeleton';
import { Toolbar, ToolbarContent, ToolbarItem } from '@patternfly/react-core/dist/esm/components/Toolbar';
import { useQuery } from '@tanstack/react-query';
import { useId, useState } from 'react';
import { usePermission } from '../../api/session';
import { useShortcut } from '../../app/shortcuts';
import { text } from '../../app/messages';
import { auditLog as auditWords } from '../../app/messages/auditLog';
import { deniedLookUps as words } from '../../app/messages/deniedLookUps';
import { useSearchChange, useSearchValue } from '../../app/url';
import { saveCsv } from '../../components/csv';
import { errorText } from '../../components/FormError';
import { ListPage } from '../../components/ListPage';
import { fetchEvents, useRobotNames } from '../audit-log/events';
import { GrantAccessWindow, type OAuthClient } from '../vault/robot-access/GrantAccessWindow';
import type { Robot } from '../vault/robot-access/WhoMayRead';
import { countDenials } from './denials';
import { askedText, DenialTable, reasonText } from './DenialTable';

const day_ms = 24 * 3600 * 1000;
const usualPeriod = '7';
/** So many are counted; the trail may hold millions. */
const most = 10_000;

/** Administration > Denied look-ups: with the reason that robots are not told. */
export default function DeniedLookUpsPage() {
  const mayRead = usePermission('read_audit');
  return (
    <ListPage title={words.title} lead={words.lead}>
      {mayRead ? <Denials /> : (
        <EmptyState titleText={auditWords.forbidden} headingLevel="h2">
          <EmptyStateBody>{auditWords.forbiddenBody}</EmptyStateBody>
        </EmptyState>
      )}
    </ListPage>
  );
}

function Denials() {
  const [, change] = useSearchChange();
  const project = useSearchValue('project');
  const days = useSearchValue('days') ?? usualPeriod;
  const [granting, setGranting] = useState<{ client: OAuthClient; robot: Robot }>();
  const events = useQuery({
    queryKey: ['/api/v1/audit-events', 'denied', project, days],
    queryFn: ({ signal }) => {
      const since = new Date(Date.now() - (Number(days) || Number(usualPeriod)) * day_ms).toISOString();
      return fetchEvents({ action: 'lookup.denied', project, since }, most, undefined, signal);
    },
  });
  const period = useId();
  useShortcut('/', () => document.getElementById(period)?.focus());
  useShortcut('r', () => void events.refetch());
  const denials = countDenials(events.data?.entries ?? []);
  const robots = useRobotNames(denials.map((denial) => denial.robot));
  const save = () => saveCsv(words.title, denials, [
    { header: words.robot, csv: (row) => robots.get(row.robot) ?? row.robot },
    { header: words.client, csv: askedText },
    { header: words.reason, csv: (row) => reasonText(row) },
    { header: words.last, csv: (row) => row.last },
    { header: words.times, csv: (row) => String(row.times) },
  ]);
  return (
    <>
      <Toolbar>
        <ToolbarContent>
          <ToolbarItem>
            <FormSelect id={period} value={days} aria-label={words.period}
              onChange={(_, next) => change({ days: next === usualPeriod ? undefined : next })}>
              {Object.entries(words.periods).map(([value, label]) => <FormSelectOption key={value} value={value} label={label} />)}
            </FormSelect>
          </ToolbarItem>
          <ToolbarItem>
            <Button variant="secondary" isDisabled={denials.length === 0} onClick={save}>{words.exportCsv}</Button>
          </ToolbarItem>
          {events.data && <ToolbarItem alignSelf="center">{words.total(events.data.total)}</ToolbarItem>}
        </ToolbarContent>
      </Toolbar>
      {events.isError && <Alert isInline variant="danger" title={errorText(events.error)} />}
      {events.isPending && <Skeleton screenreaderText={text.common.loading} />}
      {events.data && events.data.total > most && <Alert isInline variant="info" title={words.truncated(most)} />}
      {events.data && denials.length === 0 && (
        <EmptyState titleText={words.empty} headingLevel="h2"><EmptyStateBody>{words.emptyBody}</EmptyStateBody></EmptyState>
      )}
      {denials.length > 0 && <DenialTable denials={denials} robots={robots} grant={setGranting} />}
      {granting && <GrantAccessWindow client={granting.client} robot={granting.robot} onClose={() => setGranting(undefined)} />}
    </>
  );
}
