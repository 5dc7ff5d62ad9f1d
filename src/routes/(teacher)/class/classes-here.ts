import type { Records } from '$lib/records/records.svelte.ts';
import type { SchoolClass } from '$lib/records/children.ts';

/** Classes that have children on this device; those that `me` leads come first. */
export function classesHere(records: Pick<Records, 'children' | 'classes'>, me: string | undefined): SchoolClass[] {
  const withChildren = new Set(records.children.map((child) => child.classId as string | null));
  const leads = ({ staff }: SchoolClass) => (staff[0] === me ? 0 : 1);
  return records.classes.filter(({ id }) => withChildren.has(id)).sort((one, other) => leads(one) - leads(other));
}
