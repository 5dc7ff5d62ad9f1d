import { addDays, mondayOf, type IsoDate } from '#domain/calendar/dates.ts';
import { must } from '#domain/must.ts';
import { clubId } from './clubs.ts';
import { schoolTime } from './local-time.ts';
import type { SchoolClass, Task } from './model.ts';
import { randomFor } from './random.ts';
import { seedId } from './seed-id.ts';
import type { TaughtTime } from './school-year.ts';
import { english } from './words/english.ts';
import { fill } from './words/fill.ts';
import { bandOf, type Ideas } from './words/idea.ts';
import { mathematics } from './words/mathematics.ts';
import type { CoreSubject } from './words/practice.ts';
import { science } from './words/science.ts';
import { topic } from './words/topic.ts';

const ideas: Readonly<Record<CoreSubject, Ideas>> = { mathematics, english, science, topic };

/** What each week brings: maths and English always, science and topic in turn. Days count from its Monday. */
const weekly: readonly {
  readonly subject: CoreSubject;
  readonly everyOther: 'odd' | 'even' | null;
  readonly opens: number;
  readonly due: number;
}[] = [
  { subject: 'mathematics', everyOther: null, opens: 0, due: 3 },
  { subject: 'english', everyOther: null, opens: 1, due: 4 },
  { subject: 'science', everyOther: 'odd', opens: 2, due: 7 },
  { subject: 'topic', everyOther: 'even', opens: 2, due: 7 },
];

/** The homework that a class was set in each week with school days, up to what is open today. */
export function classTasks(slug: string, one: SchoolClass, time: TaughtTime, today: IsoDate): Task[] {
  const weeks = [...new Set(time.expectedDays.map(mondayOf))];
  const lead = must(one.staff[0], 'a class has a lead').teacherId;
  return weeks.flatMap((monday) => {
    // By the calendar, not by the place in the history: a school seeded later has the same homework in the same week.
    const number = Math.round(Date.parse(`${monday}T00:00:00Z`) / (7 * 86_400_000));
    return weekly
      .filter(
        ({ everyOther, opens }) =>
          (everyOther === null || (number % 2 === 1) === (everyOther === 'odd')) && addDays(monday, opens) <= today,
      )
      .map(({ subject, opens, due }): Task => {
        const key = [slug, one.code, monday, subject];
        const random = randomFor(...key);
        const choices = ideas[subject][bandOf(one.yearGroup)];
        const idea = must(choices[(number + one.code.length) % choices.length], 'each band has ideas');
        const bornAt = schoolTime(addDays(monday, opens), 8 * 60 + random.int(0, 40));
        return {
          id: seedId(bornAt, 'task', ...key),
          groupId: seedId(bornAt, 'task group', ...key),
          clubId: clubId(slug, subject),
          classId: one.id,
          title: fill(idea.title, random),
          instructions: fill(idea.instructions, random),
          strand: idea.strand,
          opensOn: addDays(monday, opens),
          dueOn: addDays(monday, due),
          setBy: lead,
          works: idea.works,
        };
      });
  });
}
