import { Button } from '@patternfly/react-core/dist/esm/components/Button';
import { Alert } from '@patternfly/react-core/dist/esm/components/Alert';
import { Content } from '@patternfly/react-core/dist/esm/components/Content';
import { Skeleton } from '@patternfly/react-core/dist/esm/components/Skeleton';
import { Stack, StackItem } from '@patternfly/react-core/dist/esm/layouts/Stack';
import { Table } from '@patternfly/react-table/dist/esm/components/Table/Table';
import { Tbody } from '@patternfly/react-table/dist/esm/components/Table/Tbody';
import { Td } from '@patternfly/react-table/dist/esm/components/Table/Td';
import { Th } from '@patternfly/react-table/dist/esm/components/Table/Th';
import { Thead } from '@patternfly/react-table/dist/esm/components/Table/Thead';
import { Tr } from '@patternfly/react-table/dist/esm/components/Table/Tr';
import { useQuery } from '@tanstack/react-query';
import { lazy, Suspense, useState } from 'react';
import { Link } from 'wouter';
import { api } from '../../api/client';
import { usePermission } from '../../api/session';
import { text } from '../../app/messages';
import { ruleStates as stateWords } from '../../app/messages/ruleStates';
import { secrets as words } from '../../app/messages/secrets';
import ConfirmDelete, { type Deletable } from '../../components/ConfirmDelete';
import { errorText } from '../../components/FormError';
import { Time } from '../../components/Time';
import { RuleState } from '../vault/robot-access/RuleState';
import { GrantSecretWindow } from '../vault/secrets/GrantSecretWindow';
import { revocable, secretAccessKind } from '../vault/secrets/SecretReaders';
import { accessPath, secretsBase, type SecretAccess } from '../vault/secrets/secretTypes';
import type { Robot } from './RobotList';

const UpdateWindow = lazy(() => import('../vault/robot-access/UpdateWindow'));
const mostShown = 100;

/** Which secrets a robot can read, and by which rule. */
export default function RobotSecrets({ robot }: { robot: Robot }) {
  const [isGranting, setGranting] = useState(false);
  const [going, setGoing] = useState<Deletable>();
  const [updating, setUpdating] = useState<SecretAccess>();
  const mayGrant = usePermission('grant_access', robot.project);
  const rules = useQuery({
    queryKey: [accessPath, { robot: robot.id }],
    queryFn: ({ signal }) => api.get('/api/v1/secret-access', { query: { robot: robot.id, page_size: mostShown }, signal }),
  });
  const rows = rules.data?.items ?? [];
  const more = (rules.data?.total ?? 0) - rows.length;
  return (
    <Stack hasGutter>
      {rules.isError && <StackItem><Alert isInline variant="danger" title={errorText(rules.error)} /></StackItem>}
      {rules.isPending && <StackItem><Skeleton screenreaderText={text.common.loading} /></StackItem>}
      {rules.data && rows.length === 0 && <StackItem><Content component="p">{words.readsNothing}</Content></StackItem>}
      {rows.length > 0 && (
        <StackItem>
          <RuleTable rows={rows} change={mayGrant ? { update: setUpdating, revoke: (rule) => setGoing(revocable(rule)) } : undefined} />
          {more > 0 && <Content component="p">{words.readsMore(more)}</Content>}
        </StackItem>
      )}
      {mayGrant && <StackItem><Button variant="secondary" onClick={() => setGranting(true)}>{words.grant}</Button></StackItem>}
      {isGranting && <GrantSecretWindow robot={robot} onClose={() => setGranting(false)} />}
      {updating && <Suspense><UpdateWindow kind={secretAccessKind} rules={[updating]} onClose={() => setUpdating(undefined)} /></Suspense>}
      {going && <ConfirmDelete isAccess countsRobots={false} items={[going]} onClose={() => setGoing(undefined)} />}
    </Stack>
  );
}

interface Changes { update: (rule: SecretAccess) => void; revoke: (rule: SecretAccess) => void }

function RuleTable({ rows, change }: { rows: SecretAccess[]; change?: Changes }) {
  return (
    <Table aria-label={words.reads} variant="compact" gridBreakPoint="grid-md">
      <Thead>
        <Tr>
          <Th>{words.secret}</Th>
          <Th>{words.targetSystem}</Th>
          <Th>{words.by}</Th>
          <Th>{stateWords.state}</Th>
          <Th>{words.lastUsed}</Th>
          {change && <Th screenReaderText={text.table.actions} />}
        </Tr>
      </Thead>
      <Tbody>
        {rows.map((rule) => (
          <Tr key={rule.id}>
            <Td dataLabel={words.secret} modifier="breakWord">
              {rule.secret_label === '' ? words.secretGone : <Link href={`${secretsBase}/${rule.secret}`}>{rule.secret_label}</Link>}
            </Td>
            <Td dataLabel={words.targetSystem} modifier="breakWord">{rule.target_system_name}</Td>
            <Td dataLabel={words.by} modifier="breakWord">{rule.path_pattern === null ? words.byRobot : words.byPattern(rule.path_pattern)}</Td>
            <Td dataLabel={stateWords.state}><RuleState rule={rule} /></Td>
            <Td dataLabel={words.lastUsed}><Time value={rule.last_used_at} absent={words.never} /></Td>
            {change && (
              <Td isActionCell>
                {!rule.valid && (
                  <Button variant="link" onClick={() => change.update(rule)} aria-label={`${stateWords.update}: ${rule.secret_label}`}>{stateWords.update}</Button>
                )}
                <Button variant="link" isDanger onClick={() => change.revoke(rule)} aria-label={`${words.revoke}: ${rule.secret_label}`}>{words.revoke}</Button>
              </Td>
            )}
          </Tr>
        ))}
      </Tbody>
    </Table>
  );
}
