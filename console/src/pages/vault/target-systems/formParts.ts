// What the parts of the window share: the draft, a way to change it, and what the server said of each field.
import type { Draft, ServiceProvider, TargetSystem } from './draft';

export interface FormParts {
  draft: Draft;
  change: (part: Partial<Draft>) => void;
  /** What is wrong with the field of this JSON pointer. */
  errorAt: (pointer: string) => string | undefined;
  /** Left out: a new one. */
  stored?: TargetSystem;
  provider?: ServiceProvider;
}
