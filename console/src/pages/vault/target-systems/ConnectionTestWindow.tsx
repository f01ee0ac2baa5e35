import { Alert } from '@patternfly/react-core/dist/esm/components/Alert';
import { Button } from '@patternfly/react-core/dist/esm/components/Button';
import { Content } from '@patternfly/react-core/dist/esm/components/Content';
import {
  DescriptionList, DescriptionListDescription, DescriptionListGroup, DescriptionListTerm,
} from '@patternfly/react-core/dist/esm/components/DescriptionList';
import { Icon } from '@patternfly/react-core/dist/esm/components/Icon';
import { List, ListItem } from '@patternfly/react-core/dist/esm/components/List';
import { Spinner } from '@patternfly/react-core/dist/esm/components/Spinner';
import { Stack, StackItem } from '@patternfly/react-core/dist/esm/layouts/Stack';
import CheckCircleIcon from '@patternfly/react-icons/dist/esm/icons/check-circle-icon';
import ExclamationCircleIcon from '@patternfly/react-icons/dist/esm/icons/exclamation-circle-icon';
import MinusCircleIcon from '@patternfly/react-icons/dist/esm/icons/minus-circle-icon';
import { useQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { api } from '../../../api/client';
import { isProblem } from '../../../api/problem';
import type { components } from '../../../api/schema';
import { text } from '../../../app/messages';
import { connectionTest as connectionTestWords } from '../../../app/messages/connectionTest';
import { targetSystems as targetSystemsWords } from '../../../app/messages/targetSystems';
import { errorText } from '../../../components/FormError';
import { ResourceWindow } from '../../../components/ResourceWindow';
import { Time } from '../../../components/Time';
import { faultyField } from '../oauth-clients/faultyField';

type Test = components['schemas']['TargetSystemTest'];
type Hop = Test['hops'][number];

const words = connectionTestWords;
const marks: Record<Hop['verdict'], ReactNode> = {
  passed: <Icon status="success"><CheckCircleIcon /></Icon>,
  failed: <Icon status="danger"><ExclamationCircleIcon /></Icon>,
  skipped: <Icon><MinusCircleIcon /></Icon>,
  not_reached: <Icon><MinusCircleIcon /></Icon>,
};

interface ConnectionTestProps {
  id: string;
  onClose: () => void;
  /** Opens its window, at the field that is at fault where that is known. */
  onEdit: (field?: string) => void;
}

/** The window for `…/target-systems/{id}/test`: nine hops, the failing one by name, and who must act. Starts by itself. */
export function ConnectionTestWindow({ id, onClose, onEdit }: ConnectionTestProps) {
  const system = useQuery({
    queryKey: ['/api/v1/target-systems', id, 'name'],
    queryFn: ({ signal }) => api.get('/api/v1/target-systems/{id}', { path: { id }, signal }),
  });
  const test = useQuery({
    queryKey: ['target-system-test', id], staleTime: Infinity, gcTime: 0, retry: false, refetchOnWindowFocus: false, refetchOnReconnect: false,
    queryFn: () => api.post('/api/v1/target-systems/{id}/test', { path: { id } }),
  });
  const faulty = faultyField(test.data?.cause || undefined, { tenant: '' })?.pointer;
  return (
    <ResourceWindow title={words.title(system.data?.name ?? '')} description={words.lead} onClose={onClose}
      footer={(close) => (
        <>
          <Button isDisabled={test.isFetching} onClick={() => void test.refetch()}>{words.again}</Button>
          <Button variant="secondary" onClick={() => onEdit(faulty)}>{words.edit}</Button>
          <Button variant="link" onClick={close}>{text.common.close}</Button>
        </>
      )}>
      {test.isFetching ? <Spinner aria-label={words.running} />
        : test.data ? <Verdict test={test.data} owner={system.data?.owner} />
          : <Alert isInline variant="danger" title={isProblem(test.error, 'not_found') ? targetSystemsWords.gone : errorText(test.error)} />}
    </ResourceWindow>
  );
}

function Verdict({ test, owner }: { test: Test; owner?: { name: string; email: string } }) {
  return (
    <Stack hasGutter tabIndex={0} role="region" aria-label={words.result}>
      <StackItem>
        {test.failed_hop === '' ? <Alert isInline isLiveRegion variant="success" title={words.ok} /> : (
          <Alert isInline isLiveRegion variant="danger" title={words.failed(words.hops[test.failed_hop])}>
            <Content component="p">{test.message}</Content>
            <Facts facts={[[words.who, whoMustAct(test, owner)], [words.where, test.where]]} />
            <Content component="p">{test.try_again ? words.tryAgain : words.untilMended[test.cause] ?? words.staysSo}</Content>
          </Alert>
        )}
      </StackItem>
      <StackItem>
        <List isPlain isBordered aria-label={words.way}>
          {test.hops.map((hop) => (
            <ListItem key={hop.hop} icon={marks[hop.verdict]}>
              <strong>{words.hops[hop.hop]}</strong>: {hop.message || words.verdicts[hop.verdict]}
            </ListItem>
          ))}
        </List>
      </StackItem>
      <StackItem><Seen test={test} /></StackItem>
    </Stack>
  );
}

function whoMustAct(test: Test, owner?: { name: string; email: string }): string {
  const who = words.whoMustAct[test.who_must_act];
  const name = [owner?.name, owner?.email].filter(Boolean).join(', ');
  return test.who_must_act === 'target_system_owner' && name ? `${who} ${name}` : who;
}

/** What was seen on the way: for those who have to mend it. */
function Seen({ test }: { test: Test }) {
  return (
    <Facts facts={[
      [words.endpoint, test.endpoint], [words.addresses, test.addresses.join(', ')], [words.connectedTo, test.connected_to],
      [words.certificate, test.tls && words.certificateOf(test.tls.subject, test.tls.issuer)],
      [words.until, test.tls && <Time value={test.tls.expires_at} />],
      [words.httpStatus, test.http_status > 0 && String(test.http_status)],
    ]} />
  );
}

function Facts({ facts }: { facts: [string, ReactNode][] }) {
  return (
    <DescriptionList isCompact isHorizontal>
      {facts.filter(([, value]) => value).map(([term, value]) => (
        <DescriptionListGroup key={term}>
          <DescriptionListTerm>{term}</DescriptionListTerm>
          <DescriptionListDescription>{value}</DescriptionListDescription>
        </DescriptionListGroup>
      ))}
    </DescriptionList>
  );
}
