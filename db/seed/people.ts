import type { IsoDate } from '#domain/calendar/dates.ts';
import { must } from '#domain/must.ts';
import type { Adult, Child, Guardianship, OfficeRole, SchoolClass } from './model.ts';
import { drawAdult, drawChildName, drawFamily, type FamilyNames } from './names.ts';
import { randomFor, type Random } from './random.ts';
import type { ClassPlan, KnownFamily, OfficePlan, SchoolPlan } from './school-plan.ts';
import { schoolYear, type TaughtTime } from './school-year.ts';
import { foundedAt, seedId } from './seed-id.ts';

export interface People {
  readonly adults: readonly Adult[];
  readonly classes: readonly SchoolClass[];
  readonly children: readonly Child[];
  readonly guardianships: readonly Guardianship[];
}

interface Family {
  readonly names: FamilyNames;
  readonly parents: readonly Parent[];
  readonly isKnown: boolean;
  /** Of its children. */
  readonly yearGroups: string[];
}

interface Parent {
  readonly adult: Adult;
  readonly relationship: string;
  readonly isPrimaryContact: boolean;
}

const animals = ['fox', 'owl', 'badger', 'deer', 'frog', 'hedgehog', 'rabbit', 'squirrel'] as const;
const avatars = animals.flatMap((animal) => [1, 2, 3, 4, 5].map((ground) => `${animal}-${String(ground)}`));

/** A few picture codes for everybody: each is a slow hash. */
export const drawnPictures = ['3-7-11', '8-2-12', '10-1-6', '4-9-3', '12-5-8', '6-11-2'] as const;

/** The younger half of a primary school is asked for three days a week, the older for four. */
export function weeklyTargetOf(yearGroup: string): number {
  return ['R', '1', '2'].includes(yearGroup) ? 3 : 4;
}

/** Everybody of a school, the same in every run; `classes` limits it to some classes and those who belong to them. */
export function schoolPeople(plan: SchoolPlan, time: TaughtTime, keptClasses: ReadonlySet<string>): People {
  const { slug } = plan;
  const office = (role: OfficeRole, { name, email, jobTitle }: OfficePlan): Adult => ({
    id: personId(slug, email),
    kind: 'admin',
    role,
    name,
    email,
    title: null,
    jobTitle,
  });
  const teachers = plan.teachers.map((teacher): Adult => {
    const drawn = drawAdult(randomFor(slug, 'teacher', teacher.email));
    const name = teacher.name ?? `${drawn.title} ${drawn.firstName} ${drawn.surname}`;
    return {
      id: personId(slug, teacher.email),
      kind: 'teacher',
      role: 'teacher',
      name,
      email: teacher.email,
      title: name.split(' ')[0] ?? null,
      jobTitle: null,
    };
  });

  const classes = plan.classes.map((one) => schoolClass(plan, one, teachers, time.academicYear));
  const { children, familiesByChild } = enrol(plan, classes, time);
  const kept = children.filter((child) =>
    keptClasses.has(
      must(
        classes.find((one) => one.id === child.classId),
        'a child has a class',
      ).code,
    ),
  );

  const guardianships: Guardianship[] = [];
  const parentsById = new Map<string, Adult>();
  for (const child of kept) {
    for (const { adult, relationship, isPrimaryContact } of must(familiesByChild.get(child.id), 'a child has a family').parents) {
      parentsById.set(adult.id, adult);
      guardianships.push({
        id: seedId(foundedAt, slug, 'guardianship', adult.id, child.id),
        parentId: adult.id,
        studentId: child.id,
        relationship,
        isPrimaryContact,
        hasParentalResponsibility: !relationship.startsWith('step') && relationship !== 'grandmother',
      });
    }
  }
  const keptSchoolClasses = classes.filter((one) => keptClasses.has(one.code));
  const busy = new Set(keptSchoolClasses.flatMap((one) => one.staff.map((member) => member.teacherId)));
  return {
    adults: [
      office('school_admin', plan.admin),
      office('safeguarding_lead', plan.safeguardingLead),
      office('data_protection_lead', plan.dataProtectionLead),
      ...teachers.filter((teacher) => busy.has(teacher.id)),
      ...parentsById.values(),
    ],
    classes: keptSchoolClasses,
    children: kept,
    guardianships,
  };
}

function schoolClass(plan: SchoolPlan, one: ClassPlan, teachers: readonly Adult[], academicYear: string): SchoolClass {
  const id = seedId(foundedAt, plan.slug, 'class', one.code);
  return {
    id,
    name: one.name,
    code: one.code,
    academicYear,
    yearGroup: one.yearGroup,
    weeklyTarget: weeklyTargetOf(one.yearGroup),
    staff: [one.lead, ...one.helpers].map((number, index) => {
      const teacherId = must(teachers[number], 'a class is led by a teacher of its school').id;
      return { id: seedId(foundedAt, plan.slug, 'teaches', id, teacherId), teacherId, isLead: index === 0 };
    }),
    isMarkedPromptly: one.isMarkedPromptly,
  };
}

function enrol(
  plan: SchoolPlan,
  classes: readonly SchoolClass[],
  time: TaughtTime,
): { children: Child[]; familiesByChild: Map<string, Family> } {
  const random = randomFor(plan.slug, 'families');
  const families: Family[] = plan.families.map((known) => knownFamily(plan.slug, known));
  const emails = new Set<string>();
  const children: Child[] = [];
  const familiesByChild = new Map<string, Family>();

  for (const [index, one] of classes.entries()) {
    const { children: size } = must(plan.classes[index], 'a class has its plan');
    const known = plan.children.filter((child) => child.classCode === one.code);
    const taken = new Set(known.map((child) => child.firstName));
    const freeAvatars = random.shuffle(avatars.filter((avatar) => !known.some((child) => child.avatar === avatar)));

    for (let number = 0; number < size; number++) {
      const documented = known[number];
      const family = documented
        ? must(
            families.find((each) => each.names.surname === documented.family && each.isKnown),
            'a documented child has a documented family',
          )
        : drawnFamily(plan.slug, random, families, one.yearGroup, emails);
      family.yearGroups.push(one.yearGroup);
      const firstName = documented?.firstName ?? drawChildName(random, family.names, taken);
      taken.add(firstName);
      const id = seedId(foundedAt, plan.slug, 'child', one.code, String(number));
      children.push({
        id,
        membershipId: seedId(foundedAt, plan.slug, 'membership', one.code, String(number)),
        classId: one.id,
        firstName,
        surname: family.names.surname,
        loginName: firstName.toLowerCase(),
        avatar: documented?.avatar ?? must(freeAvatars.pop(), 'a class has at most forty children'),
        pictures: documented?.pictures ?? random.pick(drawnPictures),
        yearGroup: one.yearGroup,
        startedOn: startedOn(one.yearGroup, time),
        // Most say yes, and those whom documentation knows do.
        showsOnBoards: plan.leaderboard !== 'off' && (documented !== undefined || randomFor(id, 'boards').chance(0.75)),
        history: documented?.history ?? 'drawn',
      });
      familiesByChild.set(id, family);
    }
  }
  return { children, familiesByChild };
}

/** A brother or sister of somebody in another year, or the first of a family. */
function drawnFamily(slug: string, random: Random, families: Family[], yearGroup: string, emails: Set<string>): Family {
  const siblings = families.filter((family) => !family.isKnown && family.yearGroups.length < 3 && !family.yearGroups.includes(yearGroup));
  if (siblings.length > 0 && random.chance(0.23)) return random.pick(siblings);

  const names = drawFamily(random);
  const key = `family ${String(families.length)}`;
  const relationships = random.weighted([
    [['mother', 'father'], 68],
    [['mother'], 18],
    [['father'], 3],
    [['mother', 'father', 'stepfather'], 4],
    [['mother', 'mother'], 3],
    [['grandmother'], 2],
    [['mother', 'grandmother'], 2],
  ] as const);
  const parents = relationships.map((relationship, index): Parent => {
    const isWoman = relationship.endsWith('mother');
    const firstName = random.pick(isWoman ? names.parentNames.mothers : names.parentNames.fathers);
    let email = `${firstName}.${names.surname}@family.example`.toLowerCase();
    for (let number = 2; emails.has(email); number++) email = `${firstName}.${names.surname}${String(number)}@family.example`.toLowerCase();
    emails.add(email);
    return {
      adult: {
        id: seedId(foundedAt, slug, key, String(index)),
        kind: 'parent',
        role: 'parent',
        name: `${firstName} ${names.surname}`,
        email,
        title: null,
        jobTitle: null,
      },
      relationship,
      isPrimaryContact: index === 0,
    };
  });
  const family: Family = { names, parents, isKnown: false, yearGroups: [] };
  families.push(family);
  return family;
}

function knownFamily(slug: string, { surname, parents }: KnownFamily): Family {
  const names = { ...drawFamily(randomFor(slug, surname)), surname };
  return {
    names,
    isKnown: true,
    yearGroups: [],
    parents: parents.map(({ name, email, relationship, isPrimaryContact }) => ({
      adult: { id: personId(slug, email), kind: 'parent', role: 'parent', name, email, title: null, jobTitle: null },
      relationship,
      isPrimaryContact,
    })),
  };
}

function personId(slug: string, email: string): string {
  return seedId(foundedAt, slug, 'adult', email);
}

/** The September of the Reception year. Where the history began in an earlier school year, that is when the school began here. */
function startedOn(yearGroup: string, time: TaughtTime): IsoDate {
  const autumn = Number(time.academicYear.slice(0, 4));
  if (time.from < `${String(autumn)}-09-01`) return time.from;
  const years = yearGroup === 'R' ? 0 : Number(yearGroup);
  return schoolYear(autumn - years).terms[0].from;
}
