// What the API says of the trail as a whole, and of a token that leaked.
import type { components } from '../../api/schema';

export type TrailState = components['schemas']['AuditTrail'];
/** Where events are sent besides the trail itself. */
export type Sink = TrailState['sinks'][number];
/** Where one token went. */
export type Trace = components['schemas']['TokenTrace'];
export type HandOut = Trace['hand_outs'][number];

/** Something with a name; '': it is gone. */
export interface Named {
  id: string;
  name: string;
}

/** Those that got it, each once, in the order in which they come. */
export function namedOnce(found: readonly (Named | null)[]): Named[] {
  const seen = new Map(found.flatMap((one) => (one ? [[one.id, one] as const] : [])));
  return [...seen.values()];
}

/** What checks an exported trail anywhere, against what this server says of it now. */
export function verifyCommand({ checkpoints, head }: TrailState): string {
  return `strongroom audit verify --export 'Audit log.ndjson' --public-key ${checkpoints.public_key}${head && ` --head ${head}`}`;
}
