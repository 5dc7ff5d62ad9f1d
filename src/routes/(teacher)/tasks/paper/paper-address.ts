/** Where children write or draw. */
export const spaces = ['lines', 'box'] as const;
export type Space = (typeof spaces)[number];

export interface PaperAddress {
  /** What is printed: this task, or what is open for this child or class; the first that is named. */
  readonly groupId: string | null;
  readonly childId: string | null;
  readonly classId: string | null;
  /** A sheet for each child, with the name on it. */
  readonly isNamed: boolean;
  readonly space: Space;
}

export function readAddress(parameters: URLSearchParams): PaperAddress {
  return {
    groupId: parameters.get('task'),
    childId: parameters.get('child'),
    classId: parameters.get('class'),
    isNamed: parameters.has('names'),
    space: spaces.find((space) => space === parameters.get('space')) ?? 'lines',
  };
}

/** The address that restores the view; the usual is left out. */
export function writeAddress({ groupId, childId, classId, isNamed, space }: PaperAddress): string {
  const parameters = new URLSearchParams();
  if (groupId !== null) parameters.set('task', groupId);
  if (childId !== null) parameters.set('child', childId);
  if (classId !== null) parameters.set('class', classId);
  if (isNamed) parameters.set('names', '');
  if (space !== 'lines') parameters.set('space', space);
  const text = parameters.toString();
  return text === '' ? '' : `?${text}`;
}
