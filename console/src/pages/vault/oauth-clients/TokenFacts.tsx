import { Alert } from '@patternfly/react-core/dist/esm/components/Alert';
import { Button } from '@patternfly/react-core/dist/esm/components/Button';
import {
  DescriptionList, DescriptionListDescription, DescriptionListGroup, DescriptionListTerm,
} from '@patternfly/react-core/dist/esm/components/DescriptionList';
import { Label, LabelGroup } from '@patternfly/react-core/dist/esm/components/Label';
import { Title } from '@patternfly/react-core/dist/esm/components/Title';
import { Stack, StackItem } from '@patternfly/react-core/dist/esm/layouts/Stack';
import type { ReactNode } from 'react';
import { retrieve as words } from '../../../app/messages/retrieve';
import { Time } from '../../../components/Time';
import { renewsItself, type OAuthClient } from './clientTypes';
import { lifetimeOf } from './lifetime';

type Token = NonNullable<OAuthClient['token']>;

interface TokenFactsProps {
  client: OAuthClient;
  token: Token;
  signInAgain: () => void;
}

/** What is known of the tokens: first of all whether anybody will have to come back. */
export function TokenFacts({ client, token, signInAgain }: TokenFactsProps) {
  return (
    <Stack hasGutter>
      <StackItem><Title headingLevel="h3" size="lg">{words.renews} {renewal(client)}</Title></StackItem>
      <StackItem>
        <DescriptionList isHorizontal>
          {client.account && (
            <Fact term={words.account}>
              <Title headingLevel="h4" size="2xl"><bdi>{client.account.name}</bdi></Title>
              <Button variant="link" isInline onClick={signInAgain}>{words.notThisAccount}</Button>
            </Fact>
          )}
          <Fact term={words.tokenType}>{token.token_type}</Fact>
          <Fact term={words.scopes}><ScopeList token={token} /></Fact>
          <Fact term={words.lifetime}><Lifetime token={token} /></Fact>
          <Fact term={words.retrieved}><Time value={token.refreshed_at} /></Fact>
          {Object.entries(client.learned).map(([name, value]) => (
            <Fact key={name} term={words.learned(name)}><bdi>{value}</bdi></Fact>
          ))}
          {client.effective_tenant && <Fact term={words.tenant}><Tenant client={client} /></Fact>}
        </DescriptionList>
      </StackItem>
      {token.missing_scopes.length > 0 && (
        <StackItem><Alert isInline isPlain variant="warning" title={words.missingSome} /></StackItem>
      )}
    </Stack>
  );
}

/** "yes", "until DATE" or "no, because …". */
function renewal(client: OAuthClient): ReactNode {
  if (renewsItself(client)) return words.renewsYes;
  if (!client.refresh?.has_refresh_token) return client.token?.is_former ? words.renewsFormer : words.renewsNo;
  if (client.refresh.expires_at) return <>{words.renewsUntil} <Time value={client.refresh.expires_at} /></>;
  return words.renewsYes;
}

/** The tenant that counts, and where it comes from. */
export function Tenant({ client }: { client: OAuthClient }) {
  return <><bdi>{client.effective_tenant}</bdi> ({words.tenantSource[client.tenant_source || 'client']})</>;
}

/** What was granted, and after it what was asked for in vain. */
function ScopeList({ token }: { token: Token }) {
  const granted = token.scope.split(' ').filter((scope) => scope !== '');
  if (granted.length === 0 && token.missing_scopes.length === 0) return <>{words.asAsked}</>;
  return (
    <LabelGroup aria-label={words.scopes} numLabels={20}>
      {[
        ...granted.map((scope) => <Label key={`+${scope}`} variant="outline" status="success">{words.granted(scope)}</Label>),
        ...token.missing_scopes.map((scope) => <Label key={`-${scope}`} variant="outline" status="warning">{words.missing(scope)}</Label>),
      ]}
    </LabelGroup>
  );
}

function Lifetime({ token }: { token: Token }) {
  if (!token.expires_at) return <>{words.notSaid}</>;
  return <>{words.lifetimeUntil(lifetimeOf(token.refreshed_at, token.expires_at))} <Time value={token.expires_at} /></>;
}

function Fact({ term, children }: { term: string; children: ReactNode }) {
  return (
    <DescriptionListGroup>
      <DescriptionListTerm>{term}</DescriptionListTerm>
      <DescriptionListDescription>{children}</DescriptionListDescription>
    </DescriptionListGroup>
  );
}
