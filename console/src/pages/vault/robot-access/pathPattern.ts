// Which robots a path pattern fits, as the server decides it (vault/path_pattern): to tell people, never to decide.

function segments(path: string): string[] {
  return path.trim().replace(/^\/|\/$/g, '').split('/').filter((segment) => segment !== '').map((segment) => segment.toLowerCase());
}

/** Whether `path` is one that `pattern` lets in: by whole segments, whatever their case. */
export function pathFits(pattern: string, path: string): boolean {
  const wanted = segments(pattern);
  const there = segments(path);
  if (wanted.length === 0) return false;
  if (wanted[wanted.length - 1] === '**') {
    wanted.pop();
    return wanted.length <= there.length && wanted.every((segment, at) => segment === '*' || segment === there[at]);
  }
  return wanted.length === there.length && wanted.every((segment, at) => segment === '*' || segment === there[at]);
}
