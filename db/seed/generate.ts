import { dateInZone, type IsoDate } from '#domain/calendar/dates.ts';
import { must } from '#domain/must.ts';
import { buddyGroup } from './buddies.ts';
import { coreClubs } from './clubs.ts';
import { consentDecisions } from './consents.ts';
import { excusedDays } from './excused.ts';
import { childHistory, type History } from './history.ts';
import { timeZone } from './local-time.ts';
import { invitationsOf } from './invitations.ts';
import type { DemoSchool } from './model.ts';
import { schoolPeople } from './people.ts';
import { schoolPlans, type SchoolPlan } from './school-plan.ts';
import { taughtTime } from './school-year.ts';
import { foundedAt, seedId } from './seed-id.ts';
import { classTasks } from './tasks.ts';

/** `small`: for tests. The same people and sign-ins of fewer classes; only Maya and Leo have a whole term behind them. */
export type SeedSize = 'full' | 'small';

/** School days of history that children have in the small variant. */
const smallHistoryDays = 4;

export function demoSchoolId(slug: string): string {
  return seedId(foundedAt, slug, 'school');
}

/** The demo schools as they stand at `now`: the same rows for the same day, on any machine. */
export function* generateDemoSchools(now: Date, size: SeedSize): Generator<DemoSchool> {
  for (const plan of schoolPlans) yield generateSchool(plan, now, size);
}

function generateSchool(plan: SchoolPlan, now: Date, size: SeedSize): DemoSchool {
  const { slug } = plan;
  const today = dateInZone(now, timeZone);
  const time = taughtTime(today);
  const people = schoolPeople(plan, time, new Set(size === 'small' ? plan.smallClasses : plan.classes.map((one) => one.code)));
  const tasks = people.classes.flatMap((one) => classTasks(slug, one, time, today));
  const schoolDays = new Set(time.expectedDays);
  const guardianIdsByChild = Map.groupBy(people.guardianships, (one) => one.studentId);
  const tasksByClass = Map.groupBy(tasks, (task) => task.classId);
  const smallFrom = must(time.expectedDays.at(-smallHistoryDays), 'a term has more days than that');

  const histories = people.children.map((child): History => {
    const classOfChild = must(
      people.classes.find((one) => one.id === child.classId),
      'a child has a class',
    );
    const leadId = must(classOfChild.staff[0], 'a class has a lead').teacherId;
    const from: IsoDate = size === 'small' && child.history === 'drawn' ? smallFrom : time.from;
    return childHistory({
      slug,
      child,
      guardianIds: (guardianIdsByChild.get(child.id) ?? []).map((one) => one.parentId),
      leadId,
      target: classOfChild.weeklyTarget,
      tasks: tasksByClass.get(child.classId) ?? [],
      marking: {
        leadId,
        helperIds: classOfChild.staff.slice(1).map((one) => one.teacherId),
        isPrompt: classOfChild.isMarkedPromptly,
        schoolDays,
        lastSchoolDay: must(time.expectedDays.at(-1), 'a history has school days'),
        now: now.getTime(),
      },
      expectedDays: time.expectedDays,
      from,
      today,
      now: now.getTime(),
    });
  });

  const buddyGroups = people.classes
    .filter((one) => one.code === 'WILLOW4')
    .flatMap((one) => buddyGroup(slug, one, people.children, today));

  return {
    id: demoSchoolId(slug),
    slug,
    name: plan.name,
    urn: plan.urn,
    dfeNumber: plan.dfeNumber,
    colour: plan.colour,
    leaderboard: plan.leaderboard,
    from: time.from,
    calendar: time.calendar.map((entry) => ({ ...entry, id: seedId(foundedAt, slug, 'calendar', entry.reason, entry.from) })),
    clubs: coreClubs(slug),
    ...people,
    tasks,
    completions: histories.flatMap((history) => history.completions),
    reviews: histories.flatMap((history) => history.reviews),
    excusedDays: people.children.flatMap((child, index) =>
      excusedDays({
        child,
        guardianIds: (guardianIdsByChild.get(child.id) ?? []).map((one) => one.parentId),
        completions: histories[index]?.completions ?? [],
        expectedDays: time.expectedDays.filter((day) => day >= (size === 'small' ? smallFrom : time.from)),
        today,
      }),
    ),
    buddyGroups,
    invitations: people.classes.filter((one) => one.code === 'WILLOW4').flatMap((one) => invitationsOf(slug, one, people, now)),
    consents: consentDecisions({ ...people, buddyGroups, from: time.from }),
  };
}
