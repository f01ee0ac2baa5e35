import { Button } from '@patternfly/react-core/dist/esm/components/Button';
import { Skeleton } from '@patternfly/react-core/dist/esm/components/Skeleton';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { api } from '../../api/client';
import { isProblem } from '../../api/problem';
import { usePermission } from '../../api/session';
import { text } from '../../app/messages';
import { useSearchValue } from '../../app/url';
import { FormError } from '../../components/FormError';
import { ResourceWindow, useWindowTab, type WindowTab } from '../../components/ResourceWindow';
import { showToast } from '../../components/toastStore';
import { AuthorizeTab } from './AuthorizeTab';
import { ConfigureTab, fieldsOf, inputOf, isComplete, labels, useChoices, type ClientFields } from './ConfigureTab';
import { FinishedWindow } from './FinishedWindow';
import { RetrieveTab } from './RetrieveTab';
import { clientsPath, type OAuthClient } from './clientTypes';

const words = text.oauthClients;

interface OAuthClientWindowProps {
  /** 'new', or the client's id. */
  id: string;
  onClose: () => void;
  /** A draft was saved: its own address. */
  onSaved: (id: string, tab: string) => void;
}

/** The window for `/repository/vault/oauth-clients/new` and `…/{id}`: Configure, Authorize, Retrieve access tokens. */
export default function OAuthClientWindow({ id, onClose, onSaved }: OAuthClientWindowProps) {
  const copied = useSearchValue('copy');
  const wanted = id === 'new' ? copied : id;
  const client = useQuery({
    queryKey: [clientsPath, wanted], enabled: wanted !== undefined, gcTime: 0, refetchOnWindowFocus: false,
    queryFn: ({ signal }) => api.get('/api/v1/oauth-clients/{id}', { path: { id: wanted ?? '' }, signal }),
  });
  if (wanted === undefined) return <ClientWindow onClose={onClose} onSaved={onSaved} />;
  if (client.data && id === 'new') return <ClientWindow copy={client.data} onClose={onClose} onSaved={onSaved} />;
  if (client.data) {
    return <ClientWindow client={client.data} reload={() => void client.refetch()} onClose={onClose} onSaved={onSaved} />;
  }
  return (
    <ResourceWindow title={text.vault.oauthClients} onClose={onClose}
      footer={(close) => <Button variant="link" onClick={close}>{text.common.close}</Button>}>
      {client.isError
        ? isProblem(client.error, 'not_found') ? words.gone : <FormError error={client.error} labels={{}} />
        : <Skeleton screenreaderText={text.common.loading} />}
    </ResourceWindow>
  );
}

interface ClientWindowProps {
  client?: OAuthClient;
  /** Everything but tokens is taken from this one. */
  copy?: OAuthClient;
  reload?: () => void;
  onClose: () => void;
  onSaved: (id: string, tab: string) => void;
}

function ClientWindow({ client, copy, reload, onClose, onSaved }: ClientWindowProps) {
  const project = useSearchValue('project');
  const [saved, setSaved] = useState(() => fieldsOf(client ?? copy, project));
  const [fields, setFields] = useState<ClientFields>(() => (copy ? { ...saved, label: words.copyOf(saved.label) } : saved));
  const [isFinished, setFinished] = useState(false);
  const choices = useChoices(fields);
  const queries = useQueryClient();
  const mayChange = usePermission('configure');
  const isDraft = !client || client.state === 'draft';
  const needsPerson = (client ? client.flow : choices.system?.grant) === 'authorization_code';
  const isDirty = mayChange && JSON.stringify(fields) !== JSON.stringify(copy && !client ? { ...saved, label: '' } : saved);

  const save = useMutation({
    mutationFn: async () => {
      const body = inputOf(fields, choices);
      return client
        ? api.patch('/api/v1/oauth-clients/{id}', { path: { id: client.id }, revision: client.revision, body: {
          ...body, ...(fields.targetSystem === client.target_system ? {} : { target_system: fields.targetSystem }) } })
        : api.post('/api/v1/oauth-clients', { body: {
          ...body, project: fields.project, target_system: fields.targetSystem, draft: true, disabled: false } });
    },
    onSuccess: async (now) => {
      setSaved(fieldsOf(now));
      setFields(fieldsOf(now));
      queries.setQueryData([clientsPath, now.id], now);
      await queries.invalidateQueries({ queryKey: [clientsPath], predicate: (query) => query.queryKey[1] !== now.id });
    },
  });
  const finish = useMutation({
    mutationFn: () => api.patch('/api/v1/oauth-clients/{id}', {
      path: { id: client?.id ?? '' }, revision: client?.revision, body: { draft: false } }),
    onSuccess: async () => {
      await queries.invalidateQueries({ queryKey: [clientsPath] });
      setFinished(true);
    },
  });
  const discard = async () => {
    if (!client) return;
    await api.delete('/api/v1/oauth-clients/{id}', { path: { id: client.id } });
    await queries.invalidateQueries({ queryKey: [clientsPath] });
  };

  const notYet = client ? undefined : words.configureFirst;
  const tabs: WindowTab[] = [
    { id: 'configure', title: words.configure, content: (
      <ConfigureTab fields={fields} change={setFields} choices={choices} client={client} error={save.error} isReadOnly={!mayChange} />
    ) },
    { id: 'authorize', title: words.authorize, isDisabled: !client || !needsPerson,
      disabledReason: notYet ?? words.nobodySignsIn,
      content: client && <AuthorizeTab client={client} onDone={() => { reload?.(); goTo('retrieve'); }} /> },
    { id: 'retrieve', title: words.retrieve, isDisabled: !client, disabledReason: notYet,
      content: client && <RetrieveTab client={client} reload={() => reload?.()} signInAgain={() => goTo('authorize')} /> },
  ];
  const [open, goTo] = useWindowTab(tabs);
  const after = needsPerson ? 'authorize' : 'retrieve';
  const next = async () => {
    if (open === 'authorize') return goTo('retrieve');
    const now = isDirty || !client ? await save.mutateAsync().catch(() => undefined) : client;
    if (!now) return;
    if (client) goTo(now.flow === 'authorization_code' ? 'authorize' : 'retrieve');
    else onSaved(now.id, after);
  };
  const back = () => goTo(open === 'retrieve' && needsPerson ? 'authorize' : 'configure');
  const hasToken = Boolean(client?.token);

  if (isFinished && client) return <FinishedWindow client={client} onClose={onClose} />;
  return (
    <ResourceWindow
      title={client ? (isDraft ? words.addNamed(client.label) : words.edit(client.label)) : words.add} variant="large"
      isDirty={isDirty || (isDraft && client !== undefined)} onClose={onClose} tabs={tabs}
      leaving={isDraft && mayChange ? {
        title: words.keepTitle, body: client ? words.keepBody : words.keepNewBody,
        actions: [
          ...(isComplete(fields) ? [{ label: words.keepDraft, run: async () => {
            if (isDirty || !client) await save.mutateAsync();
            showToast({ title: words.kept(fields.label) });
          } }] : []),
          { label: text.window.discard, variant: 'danger' as const, run: discard },
        ],
      } : undefined}
      footer={(close) => (
        <>
          {open !== 'configure' && <Button variant="secondary" onClick={back}>{words.back}</Button>}
          {open !== 'retrieve' && (
            <Button onClick={() => void next()} isLoading={save.isPending} spinnerAriaLabel={text.common.loading}
              isDisabled={open === 'configure' && (!mayChange || !isComplete(fields) || choices.tenantMissing)}>
              {words.next}
            </Button>
          )}
          {open === 'retrieve' && isDraft && (
            <>
              <Button onClick={() => finish.mutate()} isDisabled={!hasToken} isLoading={finish.isPending}
                spinnerAriaLabel={text.common.loading}>{words.finish}</Button>
              {!hasToken && <Button variant="secondary" onClick={() => finish.mutate()}>{words.finishWithout}</Button>}
            </>
          )}
          {open === 'retrieve' && !isDraft && <Button onClick={close}>{words.finish}</Button>}
          {client && !isDraft && open === 'configure' && isDirty && (
            <Button variant="secondary" onClick={() => save.mutate()}>{text.common.save}</Button>
          )}
          {isProblem(save.error, 'precondition_failed') && (
            <Button variant="secondary" onClick={reload}>{text.common.reload}</Button>
          )}
          <Button variant="link" onClick={close}>{text.common.cancel}</Button>
          {finish.error && <FormError error={finish.error} labels={labels} />}
        </>
      )}
    />
  );
}
