// What the API says of the trail as a whole, and of a token that leaked.
export interface TrailState {
  events: number;
  head: string | null;
  first_sequence: number;
  /** 0: nothing is ever removed. */
  keep_days: number;
  checkpoints: { count: number; last_at: string | null; public_key: string };
  sinks: Sink[];
}

/** Where events are sent besides the trail itself. */
export interface Sink {
  name: string;
  kind: string;
  format: string;
  queued: number;
  sent: number;
  dropped: number;
  last_sent_at: string | null;
  /** Null: it works. */
  failing_since: string | null;
  problem: string | null;
}

/** Where one token went. */
export interface Trace {
  found: boolean;
  hand_outs: HandOut[];
  /** When it came from the provider; null: not known. */
  retrieved_at: string | null;
}

export interface HandOut {
  at: string;
  oauth_client: Named | null;
  robot: Named | null;
  peer: string;
  request_id: string;
  action: string;
}

export interface Named {
  id: string;
  name: string;
}

/** Those that got it, each once, in the order in which they come. */
export function namedOnce(found: readonly (Named | null)[]): Named[] {
  const seen = new Map(found.flatMap((one) => (one ? [[one.id, one] as const] : [])));
  return [...seen.values()];
}

/** What checks an exported trail anywhere; the key comes in a file, as the console shows it. */
export const verifyCommand = 'strongroom audit verify --export "Audit log.json" --public-key-file checkpoints.pub';
