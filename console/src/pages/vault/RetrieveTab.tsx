import { Alert, AlertActionLink } from '@patternfly/react-core/dist/esm/components/Alert';
import { Button } from '@patternfly/react-core/dist/esm/components/Button';
import { CodeBlock, CodeBlockCode } from '@patternfly/react-core/dist/esm/components/CodeBlock';
import { Content } from '@patternfly/react-core/dist/esm/components/Content';
import {
  DescriptionList, DescriptionListDescription, DescriptionListGroup, DescriptionListTerm,
} from '@patternfly/react-core/dist/esm/components/DescriptionList';
import { ExpandableSection } from '@patternfly/react-core/dist/esm/components/ExpandableSection';
import { Spinner } from '@patternfly/react-core/dist/esm/components/Spinner';
import { Title } from '@patternfly/react-core/dist/esm/components/Title';
import { useMutation, useQuery } from '@tanstack/react-query';
import { useEffect, useRef, useState } from 'react';
import { Link, useLocation, useSearch } from 'wouter';
import { api } from '../../api/client';
import { ApiError } from '../../api/problem';
import { text } from '../../app/messages';
import { errorText } from '../../components/FormError';
import { Time } from '../../components/Time';
import type { OAuthClient } from './clientTypes';

const words = text.retrieve;

interface RetrieveTabProps {
  client: OAuthClient;
  reload: () => void;
  signInAgain: () => void;
}

/** The third tab: whether there are tokens, and what they are; never the tokens. */
export function RetrieveTab({ client, reload, signInAgain }: RetrieveTabProps) {
  const retrieve = useMutation({
    mutationFn: () => api.post('/api/v1/oauth-clients/{id}/retrieve-tokens', { path: { id: client.id } }),
    onSettled: reload,
  });
  const needsPerson = client.flow === 'authorization_code';
  // Starts by itself where nobody has to sign in and nothing is there yet.
  const begun = useRef(false);
  useEffect(() => {
    if (begun.current || client.token || needsPerson) return;
    begun.current = true;
    retrieve.mutate();
  }, []);
  const failure = retrieve.error ?? undefined;
  return (
    <>
      {retrieve.isPending && <div role="status"><Spinner size="md" aria-label={words.asking} /> {words.asking}</div>}
      {!retrieve.isPending && failure && <FailedRetrieval client={client} error={failure} retry={() => retrieve.mutate()} />}
      {!retrieve.isPending && !client.token && !failure && needsPerson && (
        <Alert isInline variant="info" title={words.nobodyYet} actionLinks={<AlertActionLink onClick={signInAgain}>{words.toSignIn}</AlertActionLink>} />
      )}
      {client.token && <Facts client={client} signInAgain={signInAgain} />}
      {!client.token && client.effective_tenant && (
        <DescriptionList isHorizontal isCompact><Fact term={words.tenant}>{tenantOf(client)}</Fact></DescriptionList>
      )}
      {client.token && (
        <Button variant="secondary" onClick={() => retrieve.mutate()} isLoading={retrieve.isPending} spinnerAriaLabel={words.asking}>
          {words.again}
        </Button>
      )}
      <Content component="small">{words.neverShown}</Content>
    </>
  );
}

/** "yes", "until DATE" or "no, because …". */
export function renewal(client: OAuthClient): React.ReactNode {
  if (client.flow === 'client_credentials') return words.renewsYes;
  if (!client.refresh?.has_refresh_token) return words.renewsNo;
  if (client.refresh.expires_at) return <>{words.renewsUntil} <Time value={client.refresh.expires_at} /></>;
  return words.renewsYes;
}

function tenantOf(client: OAuthClient): string {
  return `${client.effective_tenant} (${words.tenantSource[client.tenant_source || 'client']})`;
}

function Facts({ client, signInAgain }: { client: OAuthClient; signInAgain: () => void }) {
  const token = client.token;
  if (!token) return null;
  return (
    <>
      <Title headingLevel="h3" size="md">{words.renews} {renewal(client)}</Title>
      {client.account && (
        <>
          <Content component="p">{words.account}</Content>
          <Title headingLevel="h3" size="2xl"><bdi>{client.account.name}</bdi></Title>
          <Button variant="link" isInline onClick={signInAgain}>{words.notThisAccount}</Button>
        </>
      )}
      <DescriptionList isHorizontal isCompact>
        <Fact term={words.tokenType}>{token.token_type}</Fact>
        <Fact term={words.granted}>{token.scope || words.notSaid}</Fact>
        {token.missing_scopes.length > 0 && <Fact term={words.missing}>{token.missing_scopes.join(' ')}</Fact>}
        <Fact term={words.expires}><Time value={token.expires_at} absent={words.notSaid} /></Fact>
        <Fact term={words.retrieved}><Time value={token.refreshed_at} /></Fact>
        {client.effective_tenant && <Fact term={words.tenant}>{tenantOf(client)}</Fact>}
      </DescriptionList>
    </>
  );
}

function Fact({ term, children }: { term: string; children: React.ReactNode }) {
  return (
    <DescriptionListGroup>
      <DescriptionListTerm>{term}</DescriptionListTerm>
      <DescriptionListDescription>{children}</DescriptionListDescription>
    </DescriptionListGroup>
  );
}

function FailedRetrieval({ client, error, retry }: { client: OAuthClient; error: unknown; retry: () => void }) {
  const [path] = useLocation();
  const search = useSearch();
  const problem = error instanceof ApiError ? error.problem : undefined;
  const isOfSystem = problem?.who_must_act === 'target_system_owner';
  const back = encodeURIComponent(`${path}${search && `?${search}`}`);
  return (
    <Alert isInline variant="danger" title={words.failed} actionLinks={<AlertActionLink onClick={retry}>{text.common.retry}</AlertActionLink>}>
      <Content component="p">{errorText(error)}</Content>
      {problem?.where && <Content component="p">{problem.where}</Content>}
      {isOfSystem && (
        <Link href={`/repository/vault/target-systems/${client.target_system}?return_to=${back}`}>{words.openSystem(client.target_system_name)}</Link>
      )}
      <Transcript id={client.id} />
    </Alert>
  );
}

function Transcript({ id }: { id: string }) {
  const [isOpen, setOpen] = useState(false);
  const exchange = useQuery({
    queryKey: ['/api/v1/oauth-clients', id, 'last-exchange'], enabled: isOpen, gcTime: 0,
    queryFn: ({ signal }) => api.get('/api/v1/oauth-clients/{id}/last-exchange', { path: { id }, signal }),
  });
  return (
    <ExpandableSection toggleText={words.transcript} isExpanded={isOpen} onToggle={(_, expanded) => setOpen(expanded)}>
      {exchange.data && <CodeBlock><CodeBlockCode>{JSON.stringify(exchange.data, null, 2)}</CodeBlockCode></CodeBlock>}
      {exchange.isError && errorText(exchange.error)}
    </ExpandableSection>
  );
}
