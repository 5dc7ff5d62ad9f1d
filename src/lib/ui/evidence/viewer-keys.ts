/** `left` to `down`: where to look, while a photo is looked at from near. */
export type ViewerAction = 'next' | 'previous' | 'closer' | 'further' | 'whole' | 'left' | 'right' | 'up' | 'down' | 'play';

const always: Readonly<Record<string, ViewerAction>> = {
  '+': 'closer',
  '=': 'closer',
  '-': 'further',
  _: 'further',
  '0': 'whole',
  PageDown: 'next',
  PageUp: 'previous',
};
const onWhole: Readonly<Record<string, ViewerAction>> = {
  ArrowRight: 'next',
  ArrowDown: 'next',
  ArrowLeft: 'previous',
  ArrowUp: 'previous',
  ' ': 'play',
};
const fromNear: Readonly<Record<string, ViewerAction>> = { ArrowRight: 'right', ArrowDown: 'down', ArrowLeft: 'left', ArrowUp: 'up' };

/** What a key asks of the files that lie open large. Arrows turn over where the whole is in sight, and look around from near. */
export function viewerAction(key: string, isClose: boolean): ViewerAction | null {
  return always[key] ?? (isClose ? fromNear : onWhole)[key] ?? null;
}
