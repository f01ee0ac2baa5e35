import { Alert, AlertActionLink } from '@patternfly/react-core/dist/esm/components/Alert';
import { Button } from '@patternfly/react-core/dist/esm/components/Button';
import { Content } from '@patternfly/react-core/dist/esm/components/Content';
import { Spinner } from '@patternfly/react-core/dist/esm/components/Spinner';
import { Title } from '@patternfly/react-core/dist/esm/components/Title';
import { Flex, FlexItem } from '@patternfly/react-core/dist/esm/layouts/Flex';
import type { ReactNode } from 'react';
import { authorize as words } from '../../../app/messages/authorize';
import { CopyField } from '../../../components/CopyField';
import type { Authorization, TargetSystem } from './clientTypes';
import { whoMustAct } from './whoMustAct';


/** Finds the question whether an account is right, for focusField. */
export const accountQuestion = 'account-question';

interface SignInStateProps {
  now: Authorization;
  system?: TargetSystem;
  tenant: string;
  hasLink: boolean;
  /** Cancelled because a person said that it was the wrong account. */
  isRefused: boolean;
  isBusy: boolean;
  /** Not there: what is to be done is on the page already. */
  anew?: () => void;
  confirm: () => void;
  refuse: () => void;
}

/** How far the sign-in is, in plain words, and what can be done about it. */
export function SignInState(props: SignInStateProps) {
  const { now, hasLink, isRefused, anew } = props;
  const another = now.by_device_code ? words.newCode : words.newLink;
  const newLink = anew && <AlertActionLink onClick={anew} isDisabled={props.isBusy}>{another}</AlertActionLink>;
  const newCode = <Button variant="link" isInline onClick={anew} isDisabled={props.isBusy}>{words.newCode}</Button>;
  switch (now.state) {
    case 'waiting':
      return hasLink ? <Waiting says={words.waiting} />
        : <Alert isInline isLiveRegion variant="info" title={words.waitingElsewhere} actionLinks={newLink} />;
    case 'started':
      if (now.by_device_code) return <Waiting says={now.device ? words.codeWaiting : words.codeElsewhere}>{newCode}</Waiting>;
      return (
        <Waiting says={words.started} more={now.out_of_band ? words.startedVerifier : words.startedMore}>
          <Button variant="link" isInline onClick={anew} isDisabled={props.isBusy}>{words.newLink}</Button>
        </Waiting>
      );
    case 'exchanging':
      return <Waiting says={words.exchanging} />;
    case 'confirmation_needed':
      return <Confirmation {...props} />;
    case 'completed':
      return <Alert isInline isLiveRegion variant="success" title={words.completed} />;
    case 'expired':
      return <Alert isInline isLiveRegion variant="warning" title={now.by_device_code ? words.codeExpired : words.expired} actionLinks={newLink}>{now.failure?.message}</Alert>;
    case 'cancelled':
      return (
        <Alert isInline isLiveRegion variant="info" title={now.by_device_code ? words.codeCancelled : words.cancelled} actionLinks={newLink}>{isRefused && words.refused}</Alert>
      );
    default:
      return <Failed {...props} newLink={newLink} />;
  }
}

function Waiting({ says, more, children }: { says: string; more?: string; children?: ReactNode }) {
  return (
    <Flex role="status" spaceItems={{ default: 'spaceItemsSm' }}>
      <FlexItem><Spinner size="md" aria-hidden /></FlexItem>
      <FlexItem>{says} {more} {children}</FlexItem>
    </Flex>
  );
}

/** Another account than was thought, or somebody else who opened the link: a person decides. */
function Confirmation({ now, isBusy, confirm, refuse }: SignInStateProps) {
  return (
    <Alert isInline isLiveRegion variant="warning" data-pointer={accountQuestion} title={words.reasons[now.confirmation_reason ?? 'opened_by_another_person']}
      actionLinks={
        <Flex>
          <FlexItem><Button onClick={confirm} isDisabled={isBusy}>{words.yesThisAccount}</Button></FlexItem>
          <FlexItem><Button variant="secondary" onClick={refuse} isDisabled={isBusy}>{words.no}</Button></FlexItem>
        </Flex>
      }>
      <Title headingLevel="h3" size="2xl"><bdi>{now.account?.name || words.unknownAccount}</bdi></Title>
      {now.previous_account && <Content component="p">{words.before} <bdi>{now.previous_account.name}</bdi></Content>}
      {now.expected_account && <Content component="p">{words.expected} <bdi>{now.expected_account}</bdi></Content>}
      <Content component="small">{words.oldTokensStay}</Content>
    </Alert>
  );
}

function Failed({ now, system, tenant, newLink }: SignInStateProps & { newLink: ReactNode }) {
  const { failure } = now;
  const letter = words.forAdministrator(system?.consumer_key ?? '', system?.scopes.join(' ') ?? '', tenant);
  return (
    <Alert isInline isLiveRegion variant="danger" title={words.failed} actionLinks={newLink}>
      {failure && (
        <>
          <Content component="p">{failure.message}</Content>
          <Content component="p">{whoMustAct(failure.who_must_act)} {failure.where}</Content>
        </>
      )}
      {failure?.cause === 'admin_consent_missing' && (
        <>
          <Content component="p">{words.forAdministratorHint}</Content>
          <CopyField value={letter} label={words.forAdministratorLabel} isLong />
        </>
      )}
      <Content component="small">{words.oldTokensStay}</Content>
    </Alert>
  );
}
