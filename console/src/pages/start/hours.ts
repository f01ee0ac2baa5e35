// Events by the hour: pure functions.

export const hourMs = 3_600_000;
export const hoursShown = 24;

/** Where the first of the hours begins: so that the one that `now` lies in is the last. */
export function firstHour(now: number): number {
  return (Math.floor(now / hourMs) - (hoursShown - 1)) * hourMs;
}

/** How many of these times (RFC 3339) lie in each of the hours since `first`. */
export function countByHour(times: readonly string[], first: number): number[] {
  const counts = Array.from({ length: hoursShown }, () => 0);
  for (const time of times) {
    const hour = Math.floor((Date.parse(time) - first) / hourMs);
    if (counts[hour] !== undefined) counts[hour] += 1;
  }
  return counts;
}
