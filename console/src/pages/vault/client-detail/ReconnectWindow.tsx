import { Alert } from '@patternfly/react-core/dist/esm/components/Alert';
import { Button } from '@patternfly/react-core/dist/esm/components/Button';
import { Content } from '@patternfly/react-core/dist/esm/components/Content';
import { Form } from '@patternfly/react-core/dist/esm/components/Form';
import { Modal, ModalBody, ModalFooter, ModalHeader } from '@patternfly/react-core/dist/esm/components/Modal';
import { Spinner } from '@patternfly/react-core/dist/esm/components/Spinner';
import { TextInput } from '@patternfly/react-core/dist/esm/components/TextInput';
import { Stack, StackItem } from '@patternfly/react-core/dist/esm/layouts/Stack';
import ExternalLinkAltIcon from '@patternfly/react-icons/dist/esm/icons/external-link-alt-icon';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useEffect, useId, useState } from 'react';
import { api } from '../../../api/client';
import type { components } from '../../../api/schema';
import { text } from '../../../app/messages';
import { authorize as authorizeWords } from '../../../app/messages/authorize';
import { client as words } from '../../../app/messages/client';
import { CopyField } from '../../../components/CopyField';
import { Field } from '../../../components/Field';
import { errorText } from '../../../components/FormError';
import { Time } from '../../../components/Time';
import { DeviceCode } from '../oauth-clients/DeviceCode';
import { PasswordBox } from '../oauth-clients/PasswordBox';
import type { OAuthClient } from './health';
import { signInsOf } from './signIns';

type Authorization = components['schemas']['Authorization'];

const poll_ms = 2000;
const settled = ['completed', 'failed', 'expired', 'cancelled'];

export interface ReconnectWindowProps {
  client: OAuthClient;
  /** The link goes to somebody else, instead of being opened here. */
  isLink: boolean;
  onClose: () => void;
}

/** Has somebody sign in again for a client: here, or by a link that is shown this once. */
export function ReconnectWindow(props: ReconnectWindowProps) {
  return props.client.flow === 'password' ? <PasswordWindow {...props} /> : <LinkWindow {...props} />;
}

/** Where a password is given away: nothing begins before it was entered. */
function PasswordWindow({ client, onClose }: ReconnectWindowProps) {
  const id = useId();
  const queries = useQueryClient();
  const [made, setMade] = useState<Authorization>();
  const state = useProgress(made);
  const isDone = state?.state === 'completed';
  useEffect(() => {
    if (!made) return;
    void queries.invalidateQueries({ queryKey: signInsOf(client.id) });
    void queries.invalidateQueries({ queryKey: ['/api/v1/oauth-clients'] });
  }, [made, isDone, client.id, queries]);
  return (
    <Modal isOpen variant="medium" onClose={onClose} aria-labelledby={`${id}-title`} aria-describedby={`${id}-body`}>
      <ModalHeader title={words.reconnectTitle(client.label)} labelId={`${id}-title`} />
      <ModalBody id={`${id}-body`}>
        <Stack hasGutter>
          {state && <StackItem><Standing state={state} /></StackItem>}
          {isDone && client.refresh?.has_refresh_token === false && (
            <StackItem><Alert isInline isLiveRegion variant="info" title={authorizeWords.noRefreshToken} /></StackItem>
          )}
          {(!state || (settled.includes(state.state) && !isDone)) && (
            <StackItem>
              <PasswordBox client={client.id} targetSystem={client.target_system} username={client.expected_account || (client.account?.name ?? '')} onAsked={setMade} />
            </StackItem>
          )}
        </Stack>
      </ModalBody>
      <ModalFooter><Button variant={isDone ? 'primary' : 'link'} onClick={onClose}>{text.common.close}</Button></ModalFooter>
    </Modal>
  );
}

function LinkWindow({ client, isLink, onClose }: ReconnectWindowProps) {
  const id = useId();
  const queries = useQueryClient();
  // Not cached: the link is shown by this window alone.
  const made = useQuery({
    queryKey: ['new authorization', client.id, id], staleTime: Infinity, gcTime: 0, retry: false, refetchOnWindowFocus: false,
    queryFn: () => api.post('/api/v1/oauth-clients/{id}/authorizations', { path: { id: client.id } }),
  });
  const state = useProgress(made.data);
  const begun = made.data?.id;
  useEffect(() => {
    // The page under this window follows it.
    if (begun) void queries.invalidateQueries({ queryKey: signInsOf(client.id) });
  }, [begun, client.id, queries]);
  const isDone = state?.state === 'completed';
  useEffect(() => {
    if (isDone) void queries.invalidateQueries({ queryKey: ['/api/v1/oauth-clients'] });
  }, [isDone, queries]);
  return (
    <Modal isOpen variant="medium" onClose={onClose} aria-labelledby={`${id}-title`} aria-describedby={`${id}-body`}>
      <ModalHeader title={isLink ? words.linkTitle : words.reconnectTitle(client.label)} labelId={`${id}-title`} />
      <ModalBody id={`${id}-body`}>
        {made.isPending && <Spinner size="md" aria-label={text.common.loading} />}
        {made.isError && <Alert isInline variant="danger" title={words.linkFailed}>{errorText(made.error)}</Alert>}
        {made.data && state && <Progress client={client} made={made.data} state={state} isLink={isLink} />}
      </ModalBody>
      <ModalFooter><Button variant={isDone ? 'primary' : 'link'} onClick={onClose}>{text.common.close}</Button></ModalFooter>
    </Modal>
  );
}

/** How far it got, asked again until it is over. */
function useProgress(made: Authorization | undefined): Authorization | undefined {
  const now = useQuery({
    queryKey: ['/api/v1/authorizations', made?.id], enabled: made !== undefined,
    queryFn: ({ signal }): Promise<Authorization> => api.get('/api/v1/authorizations/{id}', { path: { id: made?.id ?? '' }, signal }),
    refetchInterval: (query) => (query.state.data && settled.includes(query.state.data.state) ? false : poll_ms),
  });
  return now.data ?? made;
}

interface ProgressProps {
  client: OAuthClient;
  made: Authorization;
  state: Authorization;
  isLink: boolean;
}

function Progress({ client, made, state, isLink }: ProgressProps) {
  const bound = client.expected_account || client.account?.name;
  return (
    <Stack hasGutter>
      <StackItem>
        <Content component="p">{client.flow === 'device_code' ? words.reconnectCode : isLink ? words.linkBody(client.label) : words.reconnectBody}</Content>
        {bound && <Content component="p">{words.linkBound(bound)}</Content>}
      </StackItem>
      {state.state === 'waiting' && made.url && (
        <StackItem>
          {isLink ? <CopyField value={made.url} label={words.linkLabel} /> : (
            <Button component="a" href={made.url} target="_blank" rel="noopener noreferrer" icon={<ExternalLinkAltIcon />} iconPosition="end">
              {words.reconnectOpen}
            </Button>
          )}
          <Content component="small">{words.linkOnce} <Time value={made.expires_at} /></Content>
        </StackItem>
      )}
      {state.state === 'started' && state.device && <StackItem><DeviceCode device={state.device} until={state.expires_at} /></StackItem>}
      <StackItem><Standing state={state} /></StackItem>
      {state.state === 'started' && state.out_of_band && <StackItem><Verifier authorization={state} /></StackItem>}
    </Stack>
  );
}

function Standing({ state }: { state: Authorization }) {
  const title = words.reconnectState[state.state] ?? state.state;
  if (state.state === 'confirmation_needed') return <Confirmation authorization={state} title={title} />;
  const variant = state.state === 'completed' ? 'success' : state.state === 'failed' || state.state === 'expired' ? 'danger' : 'info';
  return (
    <Alert isInline isLiveRegion variant={variant} title={title}>
      {state.state === 'completed' && state.account && words.signedInAs(state.account.name || state.account.subject)}
      {state.failure && `${state.failure.message} ${state.failure.where}`}
    </Alert>
  );
}

function Confirmation({ authorization, title }: { authorization: Authorization; title: string }) {
  const queries = useQueryClient();
  const path = { id: authorization.id };
  const told = () => queries.invalidateQueries({ queryKey: ['/api/v1/authorizations', authorization.id] });
  const confirm = useMutation({ mutationFn: () => api.post('/api/v1/authorizations/{id}/confirm', { path }), onSettled: told });
  const withdraw = useMutation({ mutationFn: () => api.delete('/api/v1/authorizations/{id}', { path }), onSettled: told });
  const { account, previous_account: before, confirmation_reason: reason } = authorization;
  const error = confirm.error ?? withdraw.error;
  return (
    <Alert isInline isLiveRegion variant="warning" title={title}
      actionLinks={(
        <>
          <Button variant="secondary" isDisabled={confirm.isPending} onClick={() => confirm.mutate()}>{words.confirm}</Button>
          <Button variant="link" isDisabled={withdraw.isPending} onClick={() => withdraw.mutate()}>{words.withdraw}</Button>
        </>
      )}>
      {reason && <p>{words.confirmReason[reason] ?? reason}</p>}
      {account && <p>{words.signedInAs(account.name || account.subject)}</p>}
      {before && <p>{words.before(before.name || before.subject)}</p>}
      {error && <p>{errorText(error)}</p>}
    </Alert>
  );
}

function Verifier({ authorization }: { authorization: Authorization }) {
  const [value, setValue] = useState('');
  const queries = useQueryClient();
  const send = useMutation({
    mutationFn: () => api.post('/api/v1/authorizations/{id}/verifier', { path: { id: authorization.id }, body: { verifier: value.trim() } }),
    onSettled: () => queries.invalidateQueries({ queryKey: ['/api/v1/authorizations', authorization.id] }),
  });
  return (
    <Form onSubmit={(event) => {
      event.preventDefault();
      if (!send.isPending && value.trim() !== '') send.mutate();
    }}>
      <Field pointer="/verifier" label={words.verifier} isRequired hint={words.verifierHelp} error={send.error ? errorText(send.error) : undefined}>
        {(control) => <TextInput {...control} value={value} autoComplete="off" onChange={(_, next) => setValue(next)} />}
      </Field>
      <Button type="submit" variant="secondary" isDisabled={value.trim() === ''} isLoading={send.isPending} spinnerAriaLabel={text.common.loading}>
        {words.sendVerifier}
      </Button>
    </Form>
  );
}
