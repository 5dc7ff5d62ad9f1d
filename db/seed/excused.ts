import { addDays, mondayOf, type IsoDate } from '#domain/calendar/dates.ts';
import { schoolTime, toInstant } from './local-time.ts';
import type { Child, Completion, ExcusedDay } from './model.ts';
import { randomFor } from './random.ts';
import { seedId } from './seed-id.ts';

export interface Absences {
  readonly child: Child;
  readonly guardianIds: readonly string[];
  readonly completions: readonly Completion[];
  /** School days of the child's history. */
  readonly expectedDays: readonly IsoDate[];
  readonly today: IsoDate;
}

/** Days that a parent excused in weeks with next to no homework: some of them were weeks in bed. Maya and Leo are never ill. */
export function excusedDays({ child, guardianIds, completions, expectedDays, today }: Absences): ExcusedDay[] {
  if (child.history !== 'drawn') return [];
  const done = new Set(completions.map((one) => one.effectiveDate));
  return [...Map.groupBy(expectedDays, mondayOf)].flatMap(([monday, days]) => {
    const random = randomFor(child.id, 'excused', monday);
    const missed = days.filter((day) => !done.has(day));
    if (addDays(monday, 6) >= today || days.length < 4 || days.length - missed.length > 1 || !random.chance(0.5)) return [];
    const guardian = random.pick(guardianIds);
    return missed.map((day): ExcusedDay => {
      const at = schoolTime(day, random.int(8 * 60, 19 * 60));
      return { id: seedId(at, child.id, 'excused', day), studentId: child.id, day, setBy: guardian, capturedAt: toInstant(at) };
    });
  });
}
