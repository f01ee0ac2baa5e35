import { Alert, AlertActionLink } from '@patternfly/react-core/dist/esm/components/Alert';
import { Button } from '@patternfly/react-core/dist/esm/components/Button';
import { Content } from '@patternfly/react-core/dist/esm/components/Content';
import { Form } from '@patternfly/react-core/dist/esm/components/Form';
import { Spinner } from '@patternfly/react-core/dist/esm/components/Spinner';
import { TextInput } from '@patternfly/react-core/dist/esm/components/TextInput';
import { Title } from '@patternfly/react-core/dist/esm/components/Title';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useEffect, useRef, useState } from 'react';
import { api } from '../../api/client';
import { text } from '../../app/messages';
import { useSearchChange } from '../../app/url';
import { CopyField } from '../../components/CopyField';
import { Field } from '../../components/Field';
import { fieldError, FormError } from '../../components/FormError';
import { Time } from '../../components/Time';
import { clientsPath, type Authorization, type OAuthClient } from './clientTypes';

const words = text.authorize;
const pollEvery = 1500;
const over = new Set(['completed', 'failed', 'expired', 'cancelled']);

/** The second tab: somebody signs in at the provider. */
export function AuthorizeTab({ client, onDone }: { client: OAuthClient; onDone: () => void }) {
  const [search, change] = useSearchChange();
  const id = new URLSearchParams(search).get('authorization') ?? undefined;
  // Known in this page only: the server shows it once.
  const [link, setLink] = useState<string>();
  const [isBlocked, setBlocked] = useState(false);
  const queries = useQueryClient();
  const start = useMutation({
    mutationFn: () => api.post('/api/v1/oauth-clients/{id}/authorizations', { path: { id: client.id } }),
    onSuccess: (made) => {
      setLink(made.url);
      setBlocked(false);
      change({ authorization: made.id }, true);
    },
  });
  const state = useQuery({
    queryKey: ['/api/v1/authorizations', id], enabled: id !== undefined,
    queryFn: ({ signal }) => api.get('/api/v1/authorizations/{id}', { path: { id: id ?? '' }, signal }),
    refetchInterval: (query) => (query.state.data && over.has(query.state.data.state) ? false : pollEvery),
  });
  const now = state.data;
  const isDone = now?.state === 'completed';
  const told = useRef(false);
  useEffect(() => {
    if (!isDone || told.current) return;
    told.current = true;
    change({ authorization: undefined }, true);
    void queries.invalidateQueries({ queryKey: [clientsPath] });
    onDone();
  }, [isDone]);
  const confirm = useMutation({
    mutationFn: () => api.post('/api/v1/authorizations/{id}/confirm', { path: { id: id ?? '' } }),
    onSettled: () => void state.refetch(),
  });
  const goThere = (address: string) => {
    // Nothing of this page is lent to the one that opens; a blocked window answers null only with an opener.
    const opened = window.open(address, '_blank');
    if (opened) opened.opener = null;
    setBlocked(opened === null);
  };
  const anew = () => start.mutate();

  return (
    <Form isWidthLimited onSubmit={(event) => event.preventDefault()}>
      <Content component="p">{words.lead}</Content>
      {start.error && <FormError error={start.error} labels={{}} />}
      {(!now || over.has(now.state)) && !link && (
        <div>
          <Button onClick={anew} isLoading={start.isPending} spinnerAriaLabel={text.common.loading}>
            {client.account ? words.reconnect : words.makeLink}
          </Button>
        </div>
      )}
      {link && (!now || now.state === 'waiting') && (
        <>
          <div><Button onClick={() => goThere(link)}>{words.continueHere}</Button></div>
          {isBlocked && (
            <Alert isInline variant="warning" title={words.blocked}>
              <a href={link} target="_blank" rel="noopener noreferrer">{words.openPlain}</a>
            </Alert>
          )}
          <Content component="p">{words.orSend}</Content>
          <CopyField value={link} label={words.copyLink} />
          {now && <Content component="small">{words.linkUntil} <Time value={now.expires_at} /></Content>}
          <Content component="small">{words.privateWindow}</Content>
        </>
      )}
      {now && <StateOf now={now} hasLink={link !== undefined} anew={anew} confirm={() => confirm.mutate()}
        isConfirming={confirm.isPending} />}
      {confirm.error && <FormError error={confirm.error} labels={{}} />}
      {now?.out_of_band && now.state === 'started' && <VerifierBox id={now.id} onEntered={() => void state.refetch()} />}
    </Form>
  );
}

interface StateProps {
  now: Authorization;
  hasLink: boolean;
  anew: () => void;
  confirm: () => void;
  isConfirming: boolean;
}

function StateOf({ now, hasLink, anew, confirm, isConfirming }: StateProps) {
  const newLink = <AlertActionLink onClick={anew}>{words.newLink}</AlertActionLink>;
  switch (now.state) {
    case 'waiting':
      return hasLink
        ? <Waiting says={words.waiting} />
        : <Alert isInline variant="info" title={words.waitingElsewhere} actionLinks={newLink} />;
    case 'started':
      return <Waiting says={words.started} more={words.startedMore} />;
    case 'exchanging':
      return <Waiting says={words.exchanging} />;
    case 'confirmation_needed':
      return (
        <Alert isInline variant="warning" title={words.reasons[now.confirmation_reason ?? 'opened_by_another_person']}
          actionLinks={
            <>
              <Button onClick={confirm} isLoading={isConfirming} spinnerAriaLabel={text.common.loading}>{words.yesThisAccount}</Button>
              <Button variant="secondary" onClick={anew}>{words.noOtherAccount}</Button>
            </>
          }>
          <Title headingLevel="h3" size="xl"><bdi>{now.account?.name ?? words.unknownAccount}</bdi></Title>
          {now.previous_account && <Content component="p">{words.before} <bdi>{now.previous_account.name}</bdi></Content>}
          {now.expected_account && <Content component="p">{words.expected} <bdi>{now.expected_account}</bdi></Content>}
          <Content component="small">{words.oldTokensStay}</Content>
        </Alert>
      );
    case 'completed':
      return <Alert isInline variant="success" title={words.completed} />;
    case 'expired':
      return <Alert isInline variant="warning" title={words.expired} actionLinks={newLink}>{now.failure?.message}</Alert>;
    case 'cancelled':
      return <Alert isInline variant="info" title={words.cancelled} actionLinks={newLink} />;
    default:
      return <Failed now={now} newLink={newLink} />;
  }
}

function Waiting({ says, more }: { says: string; more?: string }) {
  return (
    <div role="status">
      <Spinner size="md" aria-label={says} /> {says} {more && <Content component="small">{more}</Content>}
    </div>
  );
}

function Failed({ now, newLink }: { now: Authorization; newLink: React.ReactNode }) {
  const needsAdministrator = now.failure?.cause === 'admin_consent_missing';
  return (
    <Alert isInline variant="danger" title={words.failed} actionLinks={newLink}>
      <Content component="p">{now.failure?.message}</Content>
      <Content component="p">{now.failure?.where}</Content>
      {needsAdministrator && <CopyField value={words.forAdministrator} label={words.forAdministratorLabel} isCode />}
      <Content component="small">{words.oldTokensStay}</Content>
    </Alert>
  );
}

function VerifierBox({ id, onEntered }: { id: string; onEntered: () => void }) {
  const [verifier, setVerifier] = useState('');
  const labels = { '/verifier': words.verifier };
  const enter = useMutation({
    mutationFn: () => api.post('/api/v1/authorizations/{id}/verifier', { path: { id }, body: { verifier } }),
    onSettled: onEntered,
  });
  return (
    <>
      <FormError error={enter.error} labels={labels} />
      <Field pointer="/verifier" label={words.verifier} isRequired hint={words.verifierHint} error={fieldError(enter.error, '/verifier', labels)}>
        {(control) => (
          <TextInput {...control} value={verifier} autoComplete="off" spellCheck={false} onChange={(_, value) => setVerifier(value)} />
        )}
      </Field>
      <div>
        <Button variant="secondary" isDisabled={verifier.trim() === ''} isLoading={enter.isPending} spinnerAriaLabel={text.common.loading}
          onClick={() => enter.mutate()}>{words.enterVerifier}</Button>
      </div>
    </>
  );
}
