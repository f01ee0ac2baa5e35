// Stands for `lodash/mergeWith` in the kit's table, which asks for it alone (vite.config.ts): the real one, with all that it needs,
// would be a twentieth of the first load.

type Props = Record<string, unknown>;
type Customizer = (before: unknown, after: unknown, key: string) => unknown;

/**
 * Puts the sources into the target, one after the other, and returns it. What a source leaves undefined stays as it was. Where the
 * last argument is a function, it decides; undefined from it means that the later value counts. Values are taken as they are: unlike
 * the real one, which copies whatever lies within them, React's elements too.
 */
export default function mergeWith(target: Props, ...sources: (Props | Customizer | null | undefined)[]): Props {
  const last = sources.at(-1);
  const decide = typeof last === 'function' ? last : undefined;
  for (const source of sources) {
    if (!source || typeof source === 'function') continue;
    for (const [key, after] of Object.entries(source)) {
      const value = decide?.(target[key], after, key) ?? after;
      if (value !== undefined) target[key] = value;
    }
  }
  return target;
}
