// What a rule of robot access looks like in a table: at the tab, at a client and at a robot.
import { Link } from 'wouter';
import { api } from '../../../api/client';
import type { components } from '../../../api/schema';
import { access as words } from '../../../app/messages/access';
import { ruleStates as stateWords } from '../../../app/messages/ruleStates';
import type { Deletable } from '../../../components/ConfirmDelete';
import type { Column } from '../../../components/ResourceTable';
import { Time } from '../../../components/Time';
import { RuleState } from './RuleState';
import { reasonOf } from './ruleStates';
import type { RuleKind } from './UpdateWindow';

export type RobotAccess = components['schemas']['RobotAccess'];

/** Who is let in, in words. */
export function readerName(rule: RobotAccess): string {
  if (rule.path_pattern !== null) return words.pattern(rule.path_pattern);
  return rule.robot_name === null ? words.robotGone : words.robotAt(rule.robot_name, rule.robot_path ?? '');
}

export function ruleName(rule: RobotAccess): string {
  return words.rule(rule.oauth_client_label || words.clientGone, readerName(rule));
}

export const robotAccessKind: RuleKind<RobotAccess> = {
  path: '/api/v1/robot-access', nameOf: ruleName,
  update: (ids, dryRun, signal) => api.post('/api/v1/robot-access/update-to-latest', { query: { dry_run: dryRun }, body: { ids }, signal }),
};

export function revocable(rule: RobotAccess): Deletable {
  return { path: `/api/v1/robot-access/${rule.id}`, name: ruleName(rule) };
}

export const ruleColumns = {
  client: {
    id: 'oauth_client', header: words.client, sort: 'name', isFixed: true, csv: (row) => row.oauth_client_label,
    cell: (row) => row.oauth_client_label === '' ? words.clientGone
      : <Link href={`/repository/vault/oauth-clients/${row.oauth_client}`}>{row.oauth_client_label}</Link>,
  },
  targetSystem: {
    id: 'target_system', header: words.targetSystem, csv: (row) => row.target_system_name, cell: (row) => row.target_system_name,
  },
  project: { id: 'project', header: words.project, csv: (row) => row.project_name, cell: (row) => row.project_name },
  reader: {
    id: 'reader', header: words.reader, sort: 'path_pattern', isFixed: true, csv: readerName,
    cell: (row) => row.robot !== null && row.robot_name !== null
      ? <Link href={`/repository/robots/${row.robot}`}>{readerName(row)}</Link> : readerName(row),
  },
  granted: {
    id: 'created_at', header: words.granted, sort: true, isNoWrap: true, csv: (row) => row.created_at,
    cell: (row) => <Time value={row.created_at} />,
  },
  state: {
    id: 'valid', header: stateWords.state, csv: (row) => (row.valid ? stateWords.valid : `${stateWords.invalid}: ${reasonOf(row)}`),
    cell: (row) => <RuleState rule={row} />,
  },
  lastUsed: {
    id: 'last_used_at', header: stateWords.lastUsed, csv: (row) => row.last_used_at ?? '',
    cell: (row) => <Time value={row.last_used_at} absent={stateWords.never} />,
  },
} satisfies Record<string, Column<RobotAccess>>;
