import type { Recognition } from '#domain/experience/recognition.ts';

/** What may be found next, nearest first. Of badges that follow one another, as the runs do, only the next. */
export function badgesToFind(toCome: Recognition['toCome']): Recognition['toCome'] {
  // A group is no child's to make: what only buddies find together is a surprise, never something that is missing.
  const alone = toCome.filter(({ id }) => id !== 'team_jar');
  const byFamily = Map.groupBy(alone, ({ id }) => id.replace(/_\d+$/, ''));
  const next = [...byFamily.values()].flatMap((family) => family.slice(0, 1));
  return next.sort((one, other) => other.have / other.need - one.have / one.need);
}
