import { Button } from '@patternfly/react-core/dist/esm/components/Button';
import { Skeleton } from '@patternfly/react-core/dist/esm/components/Skeleton';
import { useQuery } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { api } from '../../../api/client';
import { ApiError, isProblem, matchPointer } from '../../../api/problem';
import { usePermission } from '../../../api/session';
import { text } from '../../../app/messages';
import { oauthClientWindow as words } from '../../../app/messages/oauthClientWindow';
import { useSearchChange, useSearchValue } from '../../../app/url';
import { focusField, focusSoon, FormError } from '../../../components/FormError';
import { ResourceWindow, useWindowTab, type WindowTab } from '../../../components/ResourceWindow';
import { showToast } from '../../../components/toastStore';
import { needsPerson } from '../grants';
import { AnswerFirst, answerFirst } from './AnswerFirst';
import { AuthorizeTab } from './AuthorizeTab';
import { canBeKept, fieldsOf, labels, missingFields, type ClientFields } from './clientFields';
import { clientsPath, type OAuthClient, type UpdateEffects } from './clientTypes';
import { ConfigureTab } from './ConfigureTab';
import { FinishedWindow } from './FinishedWindow';
import { RetrieveTab } from './RetrieveTab';
import { accountQuestion } from './SignInState';
import { forgetTyped, typedFields } from './typedFields';
import { useClientForm, type ClientForm } from './useClientForm';
import { movesElsewhere, tabAfter, WhatBreaks } from './WhatBreaks';
import { WindowNotice } from './WindowNotice';

/** The step after *Finish*, as the address has it in `step`. */
const robotsStep = 'robots';

interface OAuthClientWindowProps {
  /** 'new', or the client's id. */
  id: string;
  onClose: () => void;
  /** A draft was saved: its own address. */
  onSaved: (id: string, tab: string) => void;
}

/** The window for `/repository/vault/oauth-clients/new` and `…/{id}/edit`: Configure, Authorize, Retrieve access tokens. */
export default function OAuthClientWindow({ id, onClose, onSaved }: OAuthClientWindowProps) {
  const isNew = id === 'new';
  const copied = useSearchValue('copy');
  const selected = useSearchValue('project');
  const wanted = isNew ? copied : id;
  const client = useQuery({
    queryKey: [clientsPath, wanted], enabled: wanted !== undefined, gcTime: 0, refetchOnWindowFocus: false,
    queryFn: ({ signal }) => api.get('/api/v1/oauth-clients/{id}', { path: { id: wanted ?? '' }, signal }),
  });
  // The selector's project may be a name that somebody typed into the address.
  const project = useQuery({
    queryKey: ['/api/v1/projects', selected], enabled: isNew && selected !== undefined, refetchOnWindowFocus: false,
    queryFn: ({ signal }) => api.get('/api/v1/projects/{id}', { path: { id: selected ?? '' }, signal }),
  });
  const isReading = (wanted !== undefined && !client.data) || (isNew && selected !== undefined && project.isLoading);
  if (isReading) {
    return (
      <ResourceWindow title={text.vault.oauthClients} variant="large" onClose={onClose}
        footer={(close) => <Button variant="link" onClick={close}>{text.common.close}</Button>}>
        {client.isError
          ? isProblem(client.error, 'not_found') ? words.gone : <FormError error={client.error} labels={{}} />
          : <Skeleton screenreaderText={text.common.loading} />}
      </ResourceWindow>
    );
  }
  return (
    <ClientWindow client={isNew ? undefined : client.data} copy={isNew ? client.data : undefined} project={project.data?.id}
      reload={async () => (await client.refetch()).data} onClose={onClose} onSaved={onSaved} />
  );
}

interface ClientWindowProps {
  client?: OAuthClient;
  /** Everything but tokens is taken from this one. */
  copy?: OAuthClient;
  /** The selector's. */
  project?: string;
  reload: () => Promise<OAuthClient | undefined>;
  onClose: () => void;
  onSaved: (id: string, tab: string) => void;
}

/** What is in the window's boxes though nobody typed it now. */
function useEntered(copy: OAuthClient | undefined): Partial<ClientFields> {
  const targetSystem = useSearchValue('target_system');
  const isResumed = useSearchValue('resume') !== undefined;
  const [entered] = useState<Partial<ClientFields>>(() => ({
    ...(copy ? { ...fieldsOf(copy), label: words.copyOf(copy.label) } : {}),
    ...(isResumed ? typedFields() : {}),
    ...(targetSystem ? { targetSystem } : {}),
  }));
  useEffect(forgetTyped, []);
  return entered;
}

function ClientWindow({ client, copy, project, reload, onClose, onSaved }: ClientWindowProps) {
  const begin = client ? fieldsOf(client) : { ...fieldsOf(), project: project ?? '' };
  const form = useClientForm(client, begin, useEntered(copy));
  const step = useSearchValue('step');
  const [, changeAddress] = useSearchChange();
  const [isTried, setTried] = useState(false);
  const [effects, setEffects] = useState<UpdateEffects>();
  const [isImported, setImported] = useState(false);
  const [asksAccount, setAsksAccount] = useState(false);
  const mayChange = usePermission('configure', client?.project);
  const isDraft = !client || client.state === 'draft';
  const signsIn = needsPerson(client?.flow ?? form.choices.system?.grant);
  const missing = missingFields(form.fields, form.choices);
  const error = form.error;
  const ofField = error instanceof ApiError && matchPointer(error.field, Object.keys(labels)) !== undefined;
  const isDirty = mayChange && form.isDirty;

  const configure = (pointer: string) => {
    goTo('configure');
    focusSoon(pointer);
  };
  const notYet = client ? undefined : words.configureFirst;
  const tabs: WindowTab[] = [
    { id: 'configure', title: words.configure, content: (
      <ConfigureTab fields={form.fields} change={form.change} choices={form.choices} client={client} error={ofField ? error : undefined}
        missing={isTried ? missing : {}} isReadOnly={!mayChange} />
    ) },
    { id: 'authorize', title: words.authorize, isDisabled: !signsIn || !client,
      disabledReason: form.choices.system && !signsIn ? words.nobodySignsIn : notYet,
      content: client && <AuthorizeTab key={client.revision} client={client} system={form.choices.system} onDone={() => void reload().then(() => goTo('retrieve'))}
        onAsking={setAsksAccount} configure={configure}
        onImported={(canRenew) => {
          setImported(canRenew);
          void reload().then(() => goTo('retrieve'));
        }} /> },
    { id: 'retrieve', title: words.retrieve, isDisabled: !client, disabledReason: notYet,
      content: client && <RetrieveTab key={client.revision} client={client} reload={reload} startsAtOnce={isImported} onBegun={() => setImported(false)}
        signInAgain={() => goTo('authorize')} configure={configure} /> },
  ];
  const [open, goTo] = useWindowTab(tabs);
  useEffect(() => {
    // What is wrong is said at its field.
    if (ofField) goTo('configure');
  }, [error]);
  const askFirst = () => form.tryOut().then(setEffects, () => undefined);
  const changeAll = async (known: UpdateEffects) => {
    // What is wrong is said in the window.
    if (await form.save().catch(() => undefined)) goTo(tabAfter(known));
  };
  const next = async () => {
    if (open === 'authorize') return asksAccount ? void focusField(accountQuestion) : goTo('retrieve');
    const first = Object.keys(missing)[0];
    setTried(true);
    if (mayChange && first !== undefined) return void focusField(first);
    if (isDirty && movesElsewhere(client, form.fields)) return askFirst();
    const now = mayChange && (isDirty || !client) ? await form.save().catch(() => undefined) : client;
    if (!now) return;
    const after = needsPerson(now.flow) ? 'authorize' : 'retrieve';
    if (now.id === client?.id) goTo(after);
    else onSaved(now.id, after);
  };
  const finish = async () => {
    if (isDraft) return form.finish().then(() => changeAddress({ step: robotsStep, tab: undefined }, true), () => undefined);
    if (isDirty && movesElsewhere(client, form.fields)) return askFirst();
    if (isDirty && !(await form.save().catch(() => undefined))) return;
    if (isDirty) showToast({ title: words.saved(form.fields.label) });
    onClose();
  };

  if (step === robotsStep && client && !isDraft) return <FinishedWindow client={client} onClose={onClose} />;
  return (
    <ResourceWindow title={titleOf(client)} variant="large" isDirty={isDirty} asksOnCancel={isDraft && mayChange && client !== undefined}
      onClose={onClose} tabs={tabs} leaving={isDraft && mayChange ? leaving(form, client) : undefined}
      notice={error !== null && error !== undefined && !ofField
        ? <WindowNotice error={error} reload={() => void reload().then((now) => now && form.adopt(now))} />
        : open === 'authorize' && asksAccount && <AnswerFirst />}
      footer={(close) => (
        <Buttons open={open} isDraft={isDraft} hasToken={Boolean(client?.token)} mayChange={mayChange} isBusy={form.isSaving}
          isHeldUp={open === 'authorize' && asksAccount}
          next={() => void next()} finish={() => void finish()} cancel={close}
          back={() => goTo(open === 'retrieve' && signsIn ? 'authorize' : 'configure')} />
      )}>
      {effects && <WhatBreaks effects={effects} change={() => changeAll(effects)} onClose={() => setEffects(undefined)} />}
    </ResourceWindow>
  );
}

function titleOf(client: OAuthClient | undefined): string {
  if (!client) return words.add;
  return client.state === 'draft' ? words.addNamed(client.label) : words.edit(client.label);
}

/** What *Cancel* asks while it is a draft, or about to become one. */
function leaving(form: ClientForm, client: OAuthClient | undefined) {
  const keep = { label: words.keepDraft, run: async () => {
    if (form.isDirty || !client) await form.save();
    showToast({ title: words.kept(form.fields.label) });
  } };
  return {
    title: words.keepTitle, body: client ? words.keepBody : words.keepNewBody,
    actions: [...(canBeKept(form.fields) ? [keep] : []), { label: text.window.discard, variant: 'danger' as const, run: form.discard }],
  };
}

interface ButtonsProps {
  open: string;
  isDraft: boolean;
  hasToken: boolean;
  mayChange: boolean;
  isBusy: boolean;
  /** Something has to be answered before *Next*. */
  isHeldUp: boolean;
  next: () => void;
  back: () => void;
  finish: () => void;
  cancel: () => void;
}

function Buttons({ open, isDraft, hasToken, mayChange, isBusy, isHeldUp, next, back, finish, cancel }: ButtonsProps) {
  const isLast = open === 'retrieve';
  const busy = { isLoading: isBusy, spinnerAriaLabel: text.common.loading };
  const needsToken = isDraft && !hasToken;
  return (
    <>
      {open !== 'configure' && <Button variant="secondary" onClick={back}>{words.back}</Button>}
      {!isLast && <Button onClick={next} isDisabled={isBusy} aria-describedby={isHeldUp ? answerFirst : undefined} {...busy}>{words.next}</Button>}
      {isLast && mayChange && <Button onClick={finish} isDisabled={isBusy || needsToken} {...busy}>{words.finish}</Button>}
      {isLast && mayChange && needsToken && (
        <Button variant="secondary" onClick={finish} isDisabled={isBusy}>{words.finishWithout}</Button>
      )}
      <Button variant="link" onClick={cancel}>{mayChange ? text.common.cancel : text.common.close}</Button>
    </>
  );
}
