import { addDays } from '../calendar/dates.ts';
import { earnedWith, type BadgeRecord, type BadgeStanding } from './badge.ts';

/** The class's garden in full bloom as its week ended. */
export function gardenInBloom({ blooms }: BadgeRecord): BadgeStanding {
  return earnedWith(
    (blooms ?? []).map((monday) => addDays(monday, 6)),
    1,
  );
}

/** What a class or a buddy group has earned, nobody else's late or void work takes from a child, nor leaving it. */
export function forGood(): boolean {
  return true;
}
