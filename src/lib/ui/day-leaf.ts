import type { DayReason } from '#domain/streaks/explain.ts';

/** How a day looks on a calendar of leaves. `ring`: no leaf, and that is fine. `dot`: a day off. `blank`: before the first day. */
export type LeafLook = 'done' | 'waiting' | 'todo' | 'excused' | 'holiday' | 'rest' | 'ring' | 'dot' | 'blank';

const looks = {
  done: 'done',
  extra: 'done',
  excused: 'excused',
  holiday: 'holiday',
  weekend: 'dot',
  day_off: 'ring',
  rest: 'rest',
  to_come: 'todo',
  before: 'blank',
} as const satisfies Record<DayReason['kind'], LeafLook>;

export function leafLook(reason: Pick<DayReason, 'kind' | 'status'>): LeafLook {
  const look = looks[reason.kind];
  return look === 'done' && reason.status === 'submitted' ? 'waiting' : look;
}
