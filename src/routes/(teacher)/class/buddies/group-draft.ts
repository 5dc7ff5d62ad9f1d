import { groupSizes, proposeGroups } from '#domain/buddies/propose.ts';
import { m } from '$lib/messages/generated/messages.js';

/** Names for new groups that none has yet, by chance. */
export function nameIdeas(taken: readonly string[], random: () => number): string[] {
  const free = m
    .groups_ideas()
    .split(', ')
    .filter((name) => !taken.includes(name));
  return free
    .map((name) => ({ name, at: random() }))
    .sort((one, other) => one.at - other.at)
    .map(({ name }) => name);
}

/** What a teacher may still change of proposed groups: their names, and in which of them each child is. */
export interface Proposal {
  readonly names: readonly string[];
  /** By child, the number of its group from 0; null: in none. */
  readonly groupByStudent: ReadonlyMap<string, number | null>;
}

/** Groups of all these children, by chance. */
export function propose(studentIds: readonly string[], taken: readonly string[], random: () => number): Proposal {
  const groups = proposeGroups(studentIds, random);
  const ideas = nameIdeas(taken, random);
  const placed = groups.flatMap((group, number) => group.map((id) => [id, number] as const));
  return {
    names: groups.map((_, number) => ideas[number] ?? m.groups_group({ number: number + 1 })),
    groupByStudent: new Map<string, number | null>([...studentIds.map((id) => [id, null] as const), ...placed]),
  };
}

/** The groups that a proposal comes to; one that nobody is in is none. */
export function groupsOf({ names, groupByStudent }: Proposal): { readonly name: string; readonly studentIds: readonly string[] }[] {
  const idsByGroup = Map.groupBy(groupByStudent.keys(), (id) => groupByStudent.get(id) ?? null);
  return names.map((name, number) => ({ name: name.trim(), studentIds: idsByGroup.get(number) ?? [] })).filter(isNotEmpty);
}

function isNotEmpty({ studentIds }: { readonly studentIds: readonly string[] }): boolean {
  return studentIds.length > 0;
}

export function isGroupSize(count: number): boolean {
  return count >= groupSizes.least && count <= groupSizes.most;
}
