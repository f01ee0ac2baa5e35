// Who can read an OAuth client or a secret, as far as its rules and the robots that are there say.
import { fetchAll } from '../../../api/client';
import { access as words } from '../../../app/messages/access';
import type { Robot } from './WhoMayRead';
import { pathFits } from './pathPattern';
import type { RobotAccess } from './rules';

/** The robots that can read it, as people call them, in the order of their paths. Throws an ApiError. */
export async function readersOf(client: { id: string; project: string }, signal: AbortSignal): Promise<string[]> {
  return letIn(await fetchAll<RobotAccess>('/api/v1/robot-access', { oauth_client: client.id, valid: true }, undefined, signal), client.project, signal);
}

/** The same for a secret. */
export async function readersOfSecret(secret: { id: string; project: string }, signal: AbortSignal): Promise<string[]> {
  return letIn(await fetchAll<Rule>('/api/v1/secret-access', { secret: secret.id, valid: true }, undefined, signal), secret.project, signal);
}

type Rule = Pick<RobotAccess, 'robot' | 'path_pattern'>;

async function letIn(rules: Rule[], project: string, signal: AbortSignal): Promise<string[]> {
  if (rules.length === 0) return [];
  const named = new Set(rules.flatMap((rule) => rule.robot ?? []));
  const patterns = rules.flatMap((rule) => rule.path_pattern ?? []);
  const robots = await fetchAll<Robot>('/api/v1/robots', { project, sort: 'path' }, undefined, signal);
  return robots.filter((robot) => named.has(robot.id) || patterns.some((pattern) => pathFits(pattern, robot.path)))
    .map((robot) => words.robotAt(robot.name, robot.path));
}
