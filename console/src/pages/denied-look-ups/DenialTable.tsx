import { Button } from '@patternfly/react-core/dist/esm/components/Button';
import { HelperText, HelperTextItem } from '@patternfly/react-core/dist/esm/components/HelperText';
import { Table } from '@patternfly/react-table/dist/esm/components/Table/Table';
import { Tbody } from '@patternfly/react-table/dist/esm/components/Table/Tbody';
import { Td } from '@patternfly/react-table/dist/esm/components/Table/Td';
import { Th } from '@patternfly/react-table/dist/esm/components/Table/Th';
import { Thead } from '@patternfly/react-table/dist/esm/components/Table/Thead';
import { Tr } from '@patternfly/react-table/dist/esm/components/Table/Tr';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { Link } from 'wouter';
import { api, request, type ListPage } from '../../api/client';
import { usePermission, usePermissions } from '../../api/session';
import { number, text } from '../../app/messages';
import { auditLog as auditWords } from '../../app/messages/auditLog';
import { deniedLookUps as words } from '../../app/messages/deniedLookUps';
import { Breakable } from '../../components/Breakable';
import { Time } from '../../components/Time';
import type { OAuthClient } from '../vault/robot-access/GrantAccessWindow';
import type { Robot } from '../vault/robot-access/WhoMayRead';
import type { RobotAccess } from '../vault/robot-access/rules';
import type { Denial } from './denials';

const pageSize = 50;

/** Why, in words. A client that was found and yet not there is disabled or a draft. */
export function reasonText(denial: Denial): string {
  if (denial.reason === 'unknown_client' && denial.client) return words.hidden;
  return words.reasons[denial.reason] ?? denial.reason;
}

/** The client, or what the robot called it. */
export function askedText(denial: Denial): string {
  if (denial.client) return denial.label;
  return denial.asked.length > 0 ? denial.asked.join(' / ') : words.notFound;
}

interface DenialTableProps {
  denials: Denial[];
  /** Names by id. */
  robots: Map<string, string>;
  grant: (wanted: { client: OAuthClient; robot: Robot }) => void;
}

export function DenialTable({ denials, robots, grant }: DenialTableProps) {
  const [shown, setShown] = useState(pageSize);
  const mayGrant = usePermission('grant_access');
  return (
    <>
      <Table aria-label={words.label} variant="compact" gridBreakPoint="grid-lg">
        <Thead>
          <Tr>
            <Th width={20}>{words.robot}</Th>
            <Th width={20}>{words.client}</Th>
            <Th width={25}>{words.reason}</Th>
            <Th width={10}>{words.last}</Th>
            <Th modifier="nowrap">{words.times}</Th>
            <Th width={15} screenReaderText={text.table.actions} />
          </Tr>
        </Thead>
        <Tbody>
          {denials.slice(0, shown).map((denial) => (
            <Tr key={denial.key}>
              <Td dataLabel={words.robot} modifier="breakWord">
                {robots.has(denial.robot)
                  ? <Link href={`/repository/robots/${denial.robot}`}><bdi><Breakable value={robots.get(denial.robot) ?? ''} /></bdi></Link> : words.robotGone}
              </Td>
              <Td dataLabel={words.client} modifier="breakWord">
                {denial.client
                  ? <Link href={`/repository/vault/oauth-clients/${denial.client}`}><bdi>{askedText(denial)}</bdi></Link>
                  : <bdi>{askedText(denial)}</bdi>}
              </Td>
              <Td dataLabel={words.reason} modifier="breakWord">{reasonText(denial)}</Td>
              <Td dataLabel={words.last}><Time value={denial.last} /></Td>
              <Td dataLabel={words.times} modifier="nowrap">{number(denial.times)}</Td>
              <Td dataLabel={text.table.actions}>
                {denial.reason === 'no_access' && mayGrant ? <GrantOffer denial={denial} grant={grant} />
                  : <Link href={`/administration/audit-log?action=lookup.denied&actor_id=${denial.robot}`}>{words.history}</Link>}
              </Td>
            </Tr>
          ))}
        </Tbody>
      </Table>
      {denials.length > shown && <Button variant="secondary" onClick={() => setShown(shown + pageSize)}>{auditWords.older}</Button>}
    </>
  );
}

/** Offers what would have let the robot in, unless somebody has granted it since, or one of the two is gone. */
function GrantOffer({ denial, grant }: { denial: Denial; grant: DenialTableProps['grant'] }) {
  const may = usePermissions();
  const client = useQuery({
    queryKey: ['/api/v1/oauth-clients', denial.client], enabled: denial.client !== undefined, staleTime: 60_000,
    queryFn: ({ signal }) => api.get('/api/v1/oauth-clients/{id}', { path: { id: denial.client ?? '' }, signal }),
  });
  const robot = useQuery({
    queryKey: ['/api/v1/robots', denial.robot], staleTime: 60_000,
    queryFn: ({ signal }) => api.get('/api/v1/robots/{id}', { path: { id: denial.robot }, signal }),
  });
  const rules = useQuery({
    queryKey: ['/api/v1/robot-access', 'between', denial.client, denial.robot], enabled: denial.client !== undefined,
    queryFn: ({ signal }) => request<ListPage<RobotAccess>>('GET', '/api/v1/robot-access',
      { query: { oauth_client: denial.client, robot: denial.robot, page_size: 1000 }, signal }),
  });
  if (!client.data || !robot.data || !rules.data) return null;
  if (rules.data.items.some((rule) => rule.valid)) {
    // A label does not wrap, and would leave a narrow window.
    return <HelperText><HelperTextItem variant="success">{words.settled}</HelperTextItem></HelperText>;
  }
  if (rules.data.total > 0) {
    return <Link href={`/repository/vault/robot-access?view=reader&robot=${denial.robot}&state=invalid`}>{words.showInvalid}</Link>;
  }
  if (client.data.project !== robot.data.project || !may('grant_access', client.data.project)) return null;
  const wanted = { client: client.data, robot: robot.data };
  return <Button variant="link" isInline onClick={() => grant(wanted)}>{words.grant}</Button>;
}
