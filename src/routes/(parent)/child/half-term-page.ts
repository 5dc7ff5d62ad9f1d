import type { Child } from '$lib/records/children.ts';

export interface PageAddress {
  /** Ids that the address names; unknown ones and none mean the first child and the newest half-term. */
  readonly child: string | null;
  /** The Monday on which a half-term begins. */
  readonly from: string | null;
}

export function readPageAddress(parameters: URLSearchParams): PageAddress {
  return { child: parameters.get('child'), from: parameters.get('from') };
}

/** The address of a child's page; of the newest half-term where none is named. */
export function pageAddress(child: Pick<Child, 'studentId'>, from: string | null = null): string {
  return `/child?${new URLSearchParams({ child: child.studentId, ...(from !== null && { from }) }).toString()}`;
}
