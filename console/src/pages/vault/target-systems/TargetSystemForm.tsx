import { Button } from '@patternfly/react-core/dist/esm/components/Button';
import { Form } from '@patternfly/react-core/dist/esm/components/Form';
import { Tab, Tabs, TabTitleText } from '@patternfly/react-core/dist/esm/components/Tabs';
import { Stack, StackItem } from '@patternfly/react-core/dist/esm/layouts/Stack';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { lazy, Suspense, useEffect, useState } from 'react';
import { api } from '../../../api/client';
import { isProblem } from '../../../api/problem';
import { usePermission } from '../../../api/session';
import { text } from '../../../app/messages';
import { targetSystems as targetSystemsWords } from '../../../app/messages/targetSystems';
import { useSearchValue } from '../../../app/url';
import { fieldError, focusSoon, FormError } from '../../../components/FormError';
import { StoppedBanner } from '../../../components/KilledAlert';
import { useKills } from '../../../components/kills';
import { ResourceWindow, useWindowTab } from '../../../components/ResourceWindow';
import { showToast } from '../../../components/toastStore';
import { BasicsTab } from './BasicsTab';
import { BeforeSave } from './BeforeSave';
import { changes, creation, isChanged, type Draft, type TargetSystem } from './draft';
import { fieldLabels, isBasic, isNetwork, isOptional, withFormField } from './fields';
import { OAuthTab, type Section } from './OAuthTab';
import { useServiceProviders } from './serviceProviders';
import { dropsTokens, holdsSecrets, wantedPointers } from './wantedField';

const KillWindow = lazy(() => import('../../../components/KillWindow'));

const words = targetSystemsWords;
const formId = 'target-system-form';
const tabs = [{ id: 'basics', title: words.basics, content: null }, { id: 'oauth', title: words.oauth, content: null }];

export interface TargetSystemFormProps {
  /** What the form begins with. */
  begun: Draft;
  /** Left out: a new one. */
  stored?: TargetSystem;
  reload: () => void;
  onClose: () => void;
  /** After it was saved. */
  onSaved: (system: TargetSystem) => void;
}

/** The window's form: both tabs are one form, and whatever the server refuses is shown at its field. */
export function TargetSystemForm({ begun, stored, reload, onClose, onSaved }: TargetSystemFormProps) {
  const [draft, setDraft] = useState(begun);
  const [id] = useState(() => stored?.id ?? crypto.randomUUID());
  const [isOpen, setOpen] = useState<Record<Section, boolean>>({
    more: begun.resources.length > 0 || begun.protectedResource !== '' || begun.callback !== 'own' || begun.keepAliveDays !== '' || begun.dpop, network: begun.allowedAddresses.length > 0 || begun.proxy !== '',
  });
  const [tab, setTab] = useWindowTab(tabs);
  // A new one is wherever its field says: '' is in all projects.
  const place = stored ? stored.project : draft.project || null;
  const mayChange = usePermission('configure', place);
  const providers = useServiceProviders();
  const provider = providers.data?.find((one) => one.id === draft.provider);
  const save = useSave(draft, id, stored, onSaved);

  const labels = fieldLabels(draft, provider);
  const error = withFormField(save.error);
  const isDirty = !save.isSuccess && isChanged(draft, stored, begun);
  const change = (part: Partial<Draft>) => setDraft((now) => ({ ...now, ...part }));
  const open = (section: Section, on: boolean) => setOpen((now) => ({ ...now, [section]: on }));
  const reveal = (pointer: string) => {
    setTab(isBasic(pointer) ? 'basics' : 'oauth');
    if (isNetwork(pointer)) open('network', true);
    if (isOptional(pointer, provider)) open('more', true);
  };
  const wanted = useSearchValue('field');
  const isThere = !draft.oauthEnabled || provider !== undefined;
  useEffect(() => {
    if (!wanted || !isThere) return;
    const pointers = wantedPointers(wanted, draft, stored, Object.keys(labels));
    reveal(pointers[0] ?? '');
    return focusSoon(...pointers);
    // Once: whoever came for a field may go on to others.
  }, [isThere]);
  const isHolding = stored !== undefined && holdsSecrets(draft, stored);
  const isDropping = stored !== undefined && dropsTokens(draft, stored);
  const enterSecrets = () => {
    change({ secretsAre: 'replaced' });
    setTab('oauth');
    focusSoon('/consumer_secrets/0/value');
  };
  const parts = { draft, change, stored, provider, errorAt: (pointer: string) => fieldError(error, pointer, labels) };

  return (
    <ResourceWindow
      title={stored ? words.editTitle(stored.name) : words.add} description={stored ? undefined : words.lead} isDirty={isDirty} onClose={onClose}
      notice={error ? <FormError error={error} labels={labels} reveal={reveal} />
        : (isHolding || isDropping || wanted) && <BeforeSave {...{ draft, isHolding, isDropping, enterSecrets }} />}
      footer={(close) => (
        <>
          <Button type="submit" form={formId} isLoading={save.isPending} spinnerAriaLabel={text.common.loading}
            isDisabled={!mayChange || draft.name.trim() === '' || (stored !== undefined && !isDirty)}>
            {stored ? text.common.save : text.common.add}
          </Button>
          {isProblem(save.error, 'precondition_failed') && <Button variant="secondary" onClick={reload}>{text.common.reload}</Button>}
          <Button variant="link" onClick={close}>{text.common.cancel}</Button>
          {stored && <StopButton system={stored} />}
        </>
      )}
    >
      <Stack hasGutter>
        {stored && (
          <StoppedBanner subject={stored.id} at={{ target_system: stored.id, service_provider: stored.service_provider, project: stored.project }} />
        )}
        <StackItem>
          <Tabs activeKey={tab} onSelect={(_, key) => setTab(String(key))} aria-label={stored?.name ?? words.add}>
            {tabs.map((one) => <Tab key={one.id} eventKey={one.id} title={<TabTitleText>{one.title}</TabTitleText>} tabContentId="target-system-tab" />)}
          </Tabs>
        </StackItem>
        <StackItem id="target-system-tab" role="tabpanel" aria-label={tab === 'basics' ? words.basics : words.oauth}>
          <Form id={formId} noValidate onSubmit={(event) => {
            event.preventDefault();
            if (!save.isPending && mayChange && draft.name.trim() !== '') save.mutate();
          }}>
            {tab === 'basics' ? <BasicsTab {...parts} /> : (
              <OAuthTab {...parts} id={id} providers={providers.data} isDirty={isDirty} reload={reload} isOpen={isOpen} setOpen={open} />
            )}
          </Form>
        </StackItem>
      </Stack>
    </ResourceWindow>
  );
}

/** Stops all that comes of it at once, saved or not. */
function StopButton({ system }: { system: TargetSystem }) {
  const [isStopping, setStopping] = useState(false);
  const mayStop = usePermission('kill', system.project);
  const isStopped = useKills()({ target_system: system.id }) !== undefined;
  if (!mayStop || isStopped) return null;
  return (
    <>
      <Button variant="link" isDanger onClick={() => setStopping(true)}>{text.common.stop}</Button>
      {isStopping && (
        <Suspense>
          <KillWindow scope="target_system" subject={system.id} name={system.name} place={system.project} onClose={() => setStopping(false)} />
        </Suspense>
      )}
    </>
  );
}

function useSave(draft: Draft, id: string, stored: TargetSystem | undefined, onSaved: (system: TargetSystem) => void) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: () => stored
      ? api.patch('/api/v1/target-systems/{id}', { path: { id: stored.id }, revision: stored.revision, body: changes(draft, stored) })
      : api.post('/api/v1/target-systems', { body: creation(draft, id) }),
    onSuccess: async (system) => {
      showToast({ title: stored ? words.saved(system.name) : words.added(system.name) });
      onSaved(system);
      await queries.invalidateQueries({ queryKey: ['/api/v1/target-systems'] });
    },
  });
}
