import { Alert, AlertActionLink } from '@patternfly/react-core/dist/esm/components/Alert';
import { Button } from '@patternfly/react-core/dist/esm/components/Button';
import {
  DescriptionList, DescriptionListDescription, DescriptionListGroup, DescriptionListTerm,
} from '@patternfly/react-core/dist/esm/components/DescriptionList';
import { FormGroup } from '@patternfly/react-core/dist/esm/components/Form';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { api } from '../../../api/client';
import { usePermission } from '../../../api/session';
import { text } from '../../../app/messages';
import { targetSystems as targetSystemsWords } from '../../../app/messages/targetSystems';
import { errorText } from '../../../components/FormError';
import { Time } from '../../../components/Time';
import { showToast } from '../../../components/toastStore';
import type { TargetSystem } from './draft';

const words = targetSystemsWords;

interface DestinationProps {
  system: TargetSystem;
  /** Whether something was entered that is not saved: it would be lost. */
  isDirty: boolean;
  /** Begins afresh with what is stored now. */
  reload: () => void;
}

function Facts({ facts, isHorizontal = false }: { facts: [string, ReactNode][]; isHorizontal?: boolean }) {
  return (
    <DescriptionList isCompact isHorizontal={isHorizontal}>
      {facts.filter(([, value]) => value).map(([term, value]) => (
        <DescriptionListGroup key={term}>
          <DescriptionListTerm>{term}</DescriptionListTerm>
          <DescriptionListDescription>{value}</DescriptionListDescription>
        </DescriptionListGroup>
      ))}
    </DescriptionList>
  );
}

/** Where secrets would go now, or what the issuer's document wants to change: nothing of it happens until somebody approves. */
export function HeldDestination({ system, isDirty, reload }: DestinationProps) {
  const queries = useQueryClient();
  const mayApprove = usePermission('approve_destination', system.project);
  const approve = useMutation({
    mutationFn: () => api.post('/api/v1/target-systems/{id}/approve-destination', { path: { id: system.id }, revision: system.revision }),
    onSuccess: async () => {
      showToast({ title: words.approved(system.name) });
      reload();
      await queries.invalidateQueries({ queryKey: ['/api/v1/target-systems'] });
    },
    onError: (error) => showToast({ variant: 'danger', title: words.approveFailed, body: errorText(error) }),
  });
  const pending = system.pending_metadata;
  if (!system.destination_held && !pending) return null;
  return (
    <Alert isInline variant="warning" data-pointer="/destination_held" title={pending ? words.pending : words.held}
      actionLinks={mayApprove && !isDirty && !approve.isPending && (
        <AlertActionLink onClick={() => approve.mutate()}>{words.approve}</AlertActionLink>
      )}>
      <p>{pending ? words.pendingBody : words.heldBody}</p>
      {pending ? <Pending pending={pending} /> : <Facts facts={[[words.heldEndpoint, system.token_endpoint]]} />}
      {!mayApprove && <p>{words.approveDenied}</p>}
      {mayApprove && isDirty && <p>{words.approveFirstSave}</p>}
    </Alert>
  );
}

function Pending({ pending }: { pending: NonNullable<TargetSystem['pending_metadata']> }) {
  const said: [string, { accepted: string | string[]; pending: string | string[] }][] = [
    [words.tokenEndpoint, pending.token_endpoint], [words.mtlsTokenEndpoint, pending.mtls_token_endpoint],
    [words.revocationEndpoint, pending.revocation_endpoint], [words.mtlsRevocationEndpoint, pending.mtls_revocation_endpoint],
    [words.keySet, pending.jwks_uri], [words.authentication, pending.client_authentication],
  ];
  const written = (value: string | string[]) => (typeof value === 'string' ? value : value.join(', ')) || text.common.emptyValue;
  const differ = said.filter(([, { accepted, pending: next }]) => written(accepted) !== written(next));
  return (
    <Facts facts={differ.flatMap(([label, { accepted, pending: next }]): [string, ReactNode][] => [
      [`${label}: ${words.inUse.toLowerCase()}`, written(accepted)], [`${label}: ${words.waiting.toLowerCase()}`, written(next)],
    ])} />
  );
}

/** What was read from the issuer, and a way to read it again. */
export function IssuerMetadata({ system, isDirty, reload }: DestinationProps) {
  const discover = useMutation({
    mutationFn: () => api.post('/api/v1/target-systems/{id}/discover', { path: { id: system.id } }),
    onSuccess: () => {
      showToast({ title: words.discovered });
      reload();
    },
    onError: (error) => showToast({ variant: 'danger', title: words.discoverFailed, body: errorText(error) }),
  });
  return (
    <FormGroup label={words.metadata} role="group">
      <Facts isHorizontal facts={[
        [words.tokenEndpoint, system.token_endpoint],
        [words.readAt, system.metadata_read_at && <Time value={system.metadata_read_at} />],
      ]} />
      {system.metadata_failure && <Alert isInline isPlain variant="warning" title={words.readFailed(system.metadata_failure)} />}
      <Button variant="link" isInline isDisabled={isDirty || discover.isPending} onClick={() => discover.mutate()}>{words.discover}</Button>
    </FormGroup>
  );
}
