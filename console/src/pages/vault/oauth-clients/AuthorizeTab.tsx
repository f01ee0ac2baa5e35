import { Alert } from '@patternfly/react-core/dist/esm/components/Alert';
import { Button } from '@patternfly/react-core/dist/esm/components/Button';
import { Content } from '@patternfly/react-core/dist/esm/components/Content';
import { ExpandableSection } from '@patternfly/react-core/dist/esm/components/ExpandableSection';
import { Stack, StackItem } from '@patternfly/react-core/dist/esm/layouts/Stack';
import { lazy, Suspense, useEffect, useRef, useState } from 'react';
import { ApiError } from '../../../api/problem';
import { usePermission } from '../../../api/session';
import { text } from '../../../app/messages';
import { authorize as words } from '../../../app/messages/authorize';
import { errorText } from '../../../components/FormError';
import { DeviceCode } from './DeviceCode';
import { MendLinks } from './MendLinks';
import { PasswordBox } from './PasswordBox';
import { SignInLink } from './SignInLink';
import { SignInState } from './SignInState';
import type { OAuthClient, TargetSystem } from './clientTypes';
import { isOver, useAuthorization } from './useAuthorization';
import { VerifierBox } from './VerifierBox';

const OwnTokens = lazy(() => import('./OwnTokens'));

interface AuthorizeTabProps {
  client: OAuthClient;
  system?: TargetSystem;
  /** The tokens are there. */
  onDone: () => void;
  /** They were brought along; whether a refresh token is among them. */
  onImported: (canRenew: boolean) => void;
  /** Whether somebody has to say first if the account that signed in is the right one. */
  onAsking: (isAsking: boolean) => void;
  /** Opens *Configure* at a field. */
  configure: (pointer: string) => void;
}

/** The second tab: somebody signs in at the provider. */
export function AuthorizeTab({ client, system, onDone, onImported, onAsking, configure }: AuthorizeTabProps) {
  const flow = useAuthorization(client, onDone);
  const { now, link } = flow;
  const maySignIn = usePermission('retrieve', client.project);
  const mayImport = usePermission('configure', client.project);
  const [wasRefused, setRefused] = useState(false);
  const needsSignIn = client.state === 'needs_sign_in';
  const byCode = client.flow === 'device_code';
  const byPassword = client.flow === 'password';
  const [hasOwn, setHasOwn] = useState(false);
  // Who comes here with nobody signed in yet, or not for today's settings, wants a link; whoever is here for another reason
  // asks for one.
  const isNew = (!client.account && !client.token) || (needsSignIn && client.token?.is_former === true);
  const begun = useRef(false);
  useEffect(() => {
    if (begun.current || !maySignIn || !isNew || byPassword || isKnown()) return;
    begun.current = true;
    flow.resume();  // a link that was sent to somebody must not end because this window is opened
  }, []);
  const isAsking = now?.state === 'confirmation_needed';
  useEffect(() => {
    onAsking(isAsking);
    return () => onAsking(false);
  }, [isAsking]);
  const anew = () => {
    setRefused(false);
    flow.start();
  };
  const no = () => {
    setRefused(true);
    flow.refuse();
  };
  const isWaiting = link !== undefined && (!now || now.state === 'waiting');
  return (
    <Stack hasGutter>
      <StackItem>
        <Content component="p">{words.lead} {client.token && words.oldTokensServe}</Content>
      </StackItem>
      {client.account && !needsSignIn && !now && !isWaiting && (
        <StackItem><Content component="p">{words.doneAlready} <bdi>{client.account.name}</bdi>. {words.goOn}</Content></StackItem>
      )}
      {!maySignIn && <StackItem><Alert isInline variant="info" title={words.mayNot} /></StackItem>}
      {flow.error !== undefined && (
        <StackItem>
          <Alert isInline isLiveRegion variant="danger" title={words.failed}
            actionLinks={<MendLinks client={client} cause={flow.error instanceof ApiError ? flow.error.kind : undefined} isOfSystem={false} configure={configure} />}>
            {errorText(flow.error)}
          </Alert>
        </StackItem>
      )}
      {maySignIn && !byPassword && !now && !isWaiting && (
        <StackItem>
          <Button onClick={anew} isDisabled={flow.isStarting} isLoading={flow.isStarting} spinnerAriaLabel={text.common.loading}>
            {client.account ? words.start : byCode ? words.askForCode : words.newLink}
          </Button>
        </StackItem>
      )}
      {isWaiting && <StackItem><SignInLink url={link} until={now?.expires_at} /></StackItem>}
      {now?.state === 'started' && now.device && <StackItem><DeviceCode device={now.device} until={now.expires_at} /></StackItem>}
      {flow.isUnreachable && <StackItem><Alert isInline isLiveRegion variant="warning" title={words.unreachable} /></StackItem>}
      {now && (
        <StackItem>
          <SignInState now={now} system={system} tenant={client.effective_tenant} hasLink={link !== undefined} isRefused={wasRefused}
            isBusy={flow.isConfirming || flow.isStarting} anew={byPassword ? undefined : anew} confirm={flow.confirm} refuse={no} />
        </StackItem>
      )}
      {now?.out_of_band && now.state === 'started' && <StackItem><VerifierBox id={now.id} onEntered={flow.again} /></StackItem>}
      {maySignIn && byPassword && (!now || isOver(now)) && (
        <StackItem>
          <PasswordBox client={client.id} targetSystem={client.target_system} username={client.expected_account || (client.account?.name ?? '')} onAsked={({ id }) => flow.follow(id)} />
        </StackItem>
      )}
      {mayImport && (
        <StackItem>
          <ExpandableSection toggleText={words.ownTokens} isExpanded={hasOwn} onToggle={(_, isOpen) => setHasOwn(isOpen)}>
            {hasOwn && <Suspense><OwnTokens client={client} onStored={onImported} /></Suspense>}
          </ExpandableSection>
        </StackItem>
      )}
    </Stack>
  );
}

/** Whether the address names a sign-in that is under way. */
function isKnown(): boolean {
  return new URLSearchParams(window.location.search).has('authorization');
}
