import { addDays, type IsoDate } from '../calendar/dates.ts';
import { halfTerms, type HalfTerm } from '../streaks/half-terms.ts';
import type { StreakWeek } from '../streaks/streak.ts';
import { earnedWith, type BadgeRecord, type BadgeStanding } from './badge.ts';

/** Whether a week is met, this one too as soon as it is. */
function isMet(week: StreakWeek): boolean {
  return week.have > 0 && week.have >= week.need;
}

/** The day on which a met week was met. */
function metOn({ doneByMonday }: BadgeRecord, week: StreakWeek): IsoDate {
  return (doneByMonday.get(week.monday) ?? [])[Math.max(1, week.need) - 1] ?? week.monday;
}

/** A met week. */
export function weekMet(record: BadgeRecord): BadgeStanding {
  const met = record.weeks.find(isMet);
  const open = record.weeks.at(-1);
  return met ? { on: metOn(record, met), have: 1, need: 1 } : { on: null, have: open?.have ?? 0, need: Math.max(1, open?.need ?? 1) };
}

/** A run of so many days, on the day of its last one. What the run came to within a week counts, even if the week then ended it. */
export function runOf(days: number): (record: BadgeRecord) => BadgeStanding {
  return (record) => {
    let before = record.earlier?.run ?? 0;
    for (const week of record.weeks) {
      if (before < days && before + Math.min(week.have, week.cap) >= days) {
        const on = (record.doneByMonday.get(week.monday) ?? [])[days - before - 1] ?? week.monday;
        return { on, have: days, need: days };
      }
      before = week.run;
    }
    return { on: null, have: Math.min(days, before), need: days };
  };
}

/** A met week after one that was missed, for a child who had done something before. */
export function comeback(record: BadgeRecord): BadgeStanding {
  let wasMissed = record.earlier?.isLastMissed ?? false;
  let hasBegun = record.earlier !== null;
  for (const week of record.weeks) {
    if (hasBegun && wasMissed && isMet(week)) return { on: metOn(record, week), have: 1, need: 1 };
    hasBegun ||= week.have > 0;
    if (week.state !== 'neutral' && week.state !== 'open') wasMissed = week.state === 'rested' || week.state === 'ended';
  }
  return { on: null, have: 0, need: 1 };
}

/** The week of that day is met, whatever is known of the one before by now. */
export function isWeekMetOn(record: BadgeRecord, on: IsoDate): boolean {
  return record.weeks.some((week) => week.monday <= on && on < addDays(week.monday, 7) && isMet(week));
}

/** The first school week after a holiday, met. */
export function welcomeBack(record: BadgeRecord): BadgeStanding {
  const met = record.weeks.find((week, index) => week.cap > 0 && record.weeks[index - 1]?.cap === 0 && isMet(week));
  return { on: met ? metOn(record, met) : null, have: met ? 1 : 0, need: 1 };
}

/** A half-term with every week met, that has at least three of them. Weeks in which nothing was asked do not part them. */
export function everyWeekMet(record: BadgeRecord): BadgeStanding {
  const whole = halfTermsOver(record.weeks).find(
    ({ weeks }) => weeks.every((week) => isMet(week) || week.state === 'neutral') && metIn(weeks) >= 3,
  );
  return { on: whole?.until ?? null, have: whole ? 1 : 0, need: 1 };
}

/** Half-terms with three of four weeks met. */
export function steadyHalfTerms(weeks: readonly StreakWeek[]): IsoDate[] {
  return halfTermsOver(weeks)
    .filter((term) => term.weeks.length >= 3 && metIn(term.weeks) * 4 >= term.weeks.length * 3)
    .map(({ until }) => until);
}

export function steady(record: BadgeRecord): BadgeStanding {
  return earnedWith(steadyHalfTerms(record.weeks), 3, record.earlier?.steadyHalfTerms ?? 0);
}

function metIn(weeks: readonly StreakWeek[]): number {
  return weeks.filter(isMet).length;
}

function halfTermsOver(weeks: readonly StreakWeek[]): HalfTerm[] {
  return halfTerms(weeks).filter(({ isOver }) => isOver);
}
