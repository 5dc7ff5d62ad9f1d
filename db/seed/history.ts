import { addDays, mondayOf, weekday, type IsoDate } from '#domain/calendar/dates.ts';
import type { Activity } from '#domain/collections/completions.ts';
import { must } from '#domain/must.ts';
import { statusFromReviews } from '#domain/marking/status.ts';
import { clubId } from './clubs.ts';
import { doneDays } from './diligence.ts';
import { schoolTime, toInstant } from './local-time.ts';
import { drawReviews, type Marking } from './marking.ts';
import type { Child, Completion, Review, Task } from './model.ts';
import { randomFor, type Random } from './random.ts';
import { seedId } from './seed-id.ts';
import { comments } from './words/comments.ts';
import { fill } from './words/fill.ts';
import { bandOf, type Band } from './words/idea.ts';
import { practice, type CoreSubject } from './words/practice.ts';

/** What a child's history grows from. */
export interface Childhood {
  readonly slug: string;
  readonly child: Child;
  readonly guardianIds: readonly string[];
  readonly leadId: string;
  readonly target: number;
  readonly tasks: readonly Task[];
  readonly marking: Marking;
  /** School days from the first of the history. */
  readonly expectedDays: readonly IsoDate[];
  /** First day for which entries are made. */
  readonly from: IsoDate;
  readonly today: IsoDate;
  /** Milliseconds; nothing is later. */
  readonly now: number;
}

export interface History {
  readonly completions: Completion[];
  readonly reviews: Review[];
}

/** One thing a child did on a day. */
export interface Entry {
  readonly key: string;
  readonly day: IsoDate;
  readonly subject: CoreSubject;
  readonly task: Task | null;
  /** A later attempt at that completion. */
  readonly previous: Completion | null;
  readonly writtenWork: string | null;
  /** Settled beforehand for the children that documentation relies on; else drawn. */
  readonly outcome?: 'waiting' | 'approved' | 'returned';
}

const subjectWeights = [
  ['english', 10],
  ['mathematics', 7],
  ['science', 2],
  ['topic', 2],
] as const;

/** Everything a child logged from `from` to now, and what became of it. */
export function childHistory(childhood: Childhood): History {
  const history: History = { completions: [], reviews: [] };
  const { child, expectedDays, from, today } = childhood;
  const answered = new Set<string>();
  const ending = child.history === 'drawn' ? [] : knownEnding(childhood, answered);
  const drawnUntil = ending[0] ? addDays(ending[0].day, -1) : today;
  const expectedByMonday = Map.groupBy(expectedDays, mondayOf);
  const firstMonday = mondayOf(expectedDays[0] ?? from);

  for (let monday = mondayOf(from); monday <= today; monday = addDays(monday, 7)) {
    const weekNumber = Math.round((Date.parse(monday) - Date.parse(firstMonday)) / (7 * 86_400_000));
    const days = Array.from({ length: 7 }, (_, index) => addDays(monday, index));
    const expected = expectedByMonday.get(monday) ?? [];
    for (const day of doneDays(child, { monday, expected, days, weekNumber, target: childhood.target })) {
      if (day < from || day > drawnUntil) continue;
      // Today is not over.
      if (day === today && randomFor(child.id, day, 'later').chance(0.45)) continue;
      for (const entry of entriesOfDay(childhood, day, answered)) log(childhood, history, entry);
    }
  }
  for (const entry of ending) log(childhood, history, entry);
  return history;
}

function entriesOfDay({ child, tasks, slug }: Childhood, day: IsoDate, answered: Set<string>): Entry[] {
  const random = randomFor(child.id, day);
  const count = random.weighted([
    [1, 60],
    [2, 32],
    [3, 8],
  ] as const);
  const band = bandOf(child.yearGroup);
  const entries: Entry[] = [];
  const subjects = new Set<CoreSubject>();
  for (let number = 0; number < count; number++) {
    const open = tasks.filter((task) => task.opensOn <= day && day <= addDays(task.dueOn, 2) && !answered.has(task.id));
    const task = open.length > 0 && random.chance(0.72) ? random.pick(open) : null;
    const subject = task ? subjectOf(slug, task.clubId) : random.weighted(subjectWeights);
    if (!task && subjects.has(subject)) continue;
    subjects.add(subject);
    if (task) answered.add(task.id);
    entries.push({ key: String(number), day, subject, task, previous: null, writtenWork: drawWork(random, band, subject, task) });
  }
  return entries;
}

/** What the last days of Maya and Leo hold: work that waits, work that came back, and marks to be glad of. */
function knownEnding({ child, expectedDays, today, tasks, slug }: Childhood, answered: Set<string>): Entry[] {
  const recent = [...new Set([...expectedDays.slice(-4), addDays(today, -1), today])].sort().slice(-4);
  const plan: readonly (readonly [ago: number, subject: CoreSubject, outcome: Entry['outcome']])[] = [
    [3, 'mathematics', 'approved'],
    [2, 'english', 'returned'],
    [2, 'topic', 'approved'],
    [1, 'science', 'waiting'],
    [0, 'english', 'waiting'],
  ];
  return plan.map(([ago, subject, outcome], index): Entry => {
    const day = must(recent[recent.length - 1 - ago], 'four days end with today');
    const random = randomFor(child.id, day, 'ending', String(index));
    const task =
      tasks.find(
        (one) => one.clubId === clubId(slug, subject) && one.opensOn <= day && day <= addDays(one.dueOn, 2) && !answered.has(one.id),
      ) ?? null;
    if (task) answered.add(task.id);
    return {
      key: `ending ${String(index)}`,
      day,
      subject,
      task,
      previous: null,
      writtenWork: ago === 1 ? null : drawWords(random, bandOf(child.yearGroup), subject, task),
      ...(outcome && { outcome }),
    };
  });
}

/** Adds the completion, its reviews and, where it came back, perhaps another try. */
function log(childhood: Childhood, history: History, entry: Entry): void {
  const { child, marking, today } = childhood;
  const completion = complete(childhood, entry);
  if (!completion) return;
  const reviews = drawReviews(marking, child, completion, entry);
  const status = statusFromReviews(reviews);
  history.completions.push({ ...completion, status });
  history.reviews.push(...reviews);

  const verdict = reviews.at(-1);
  if (status !== 'returned' || entry.outcome || entry.previous?.previousAttemptId || !verdict) return;
  const random = randomFor(completion.id, 'another try');
  const day = addDays(verdict.reviewedAt.slice(0, 10), random.int(1, 3));
  if (day > today || !random.chance(0.8)) return;
  const band = bandOf(child.yearGroup);
  const writtenWork = completion.writtenWork === null ? null : `${completion.writtenWork} ${random.pick(comments[band].improved)}`;
  log(childhood, history, { ...entry, key: `again ${completion.id}`, day, previous: { ...completion, status }, writtenWork });
}

/** The completion itself; null when the time of day has not come yet. */
function complete(childhood: Childhood, entry: Entry): Completion | null {
  const { slug, child, guardianIds, leadId, today, now } = childhood;
  const { key, day, subject, task } = entry;
  const random = randomFor(child.id, day, key, 'log');
  const doneAt = schoolTime(day, weekday(day) <= 5 ? random.int(15 * 60 + 35, 19 * 60 + 20) : random.int(9 * 60 + 30, 18 * 60));
  // Some things are logged a day or two after they were done.
  const loggedAt = random.chance(0.06) ? doneAt + random.int(1, 2) * 86_400_000 : doneAt;
  const arrivedAt = loggedAt + (random.chance(0.12) ? random.int(20, 1_900) * 60_000 : random.int(1, 25) * 1_000);
  const capturedAt = squeeze(loggedAt, today, now);
  const receivedAt = Math.max(capturedAt, squeeze(arrivedAt, today, now));

  const isYoung = ['R', '1'].includes(child.yearGroup);
  const loggedBy = random.weighted(
    isYoung
      ? ([
          ['parent', 70],
          ['child', 22],
          ['teacher', 8],
        ] as const)
      : ([
          ['child', 86],
          ['parent', 12],
          ['teacher', 2],
        ] as const),
  );
  const guardian = random.pick(guardianIds);
  // A tablet whose clock was days ahead: the date was moved to the day it arrived.
  const isClockWrong = day < today && random.chance(0.002);
  const completionDate = isClockWrong ? addDays(day, 9) : day;
  return {
    id: seedId(doneAt, child.id, day, key),
    studentId: child.id,
    clubId: clubId(slug, subject),
    taskId: task?.id ?? null,
    previousAttemptId: entry.previous?.id ?? null,
    completionDate,
    effectiveDate: day,
    evidenceKind: entry.writtenWork === null ? 'show_in_class' : 'written',
    writtenWork: entry.writtenWork,
    minutes: random.chance(0.6) ? random.int(1, isYoung ? 4 : 8) * 5 : null,
    feeling: random.chance(0.55)
      ? random.weighted([
          ['easy', 4],
          ['ok', 4],
          ['tricky', 2],
        ] as const)
      : null,
    activity: entry.previous ? entry.previous.activity : task ? null : activityOf(child, entry),
    capturedAt: toInstant(isClockWrong ? capturedAt + 9 * 86_400_000 : capturedAt),
    clockOffsetMs: isClockWrong || random.chance(0.03) ? null : random.int(-4_000, 4_000),
    deviceId: seedId(schoolTime('2026-09-01', 600), 'device', loggedBy === 'teacher' ? leadId : guardian),
    loggedBy,
    loggedByUserId: loggedBy === 'child' ? child.id : loggedBy === 'parent' ? guardian : leadId,
    receivedAt: toInstant(receivedAt),
    status: 'submitted',
    punctuality: task === null ? null : day < task.dueOn ? 'early' : day === task.dueOn ? 'on_time' : 'late',
    flags: isClockWrong ? ['date_clamped'] : [],
  };
}

/** Reading or practice, where the child says so. What it has written says it too. */
function activityOf(child: Child, { key, day, subject, writtenWork }: Entry): Activity | null {
  if (subject !== 'english' && subject !== 'mathematics') return null;
  const random = randomFor(child.id, day, key, 'activity');
  if (random.chance(0.15)) return null;
  const isReading = subject === 'english' && (writtenWork === null ? random.chance(0.8) : /\b(?:read|red)\b/i.test(writtenWork));
  return isReading ? 'reading' : 'practice';
}

/** What would be later than now moves into the part of today that is over, in the same order. */
function squeeze(milliseconds: number, today: IsoDate, now: number): number {
  const midnight = schoolTime(today, 0);
  if (milliseconds < midnight) return milliseconds;
  const share = Math.min(1, (milliseconds - midnight) / (2 * 86_400_000));
  return Math.min(milliseconds, Math.floor(midnight + share * Math.max(0, now - midnight)));
}

function drawWork(random: Random, band: Band, subject: CoreSubject, task: Task | null): string | null {
  const shown: Record<Band, number> = { reception: 0.6, infants: 0.45, lower_juniors: 0.35, upper_juniors: 0.35 };
  return random.chance(shown[band]) ? null : drawWords(random, band, subject, task);
}

function drawWords(random: Random, band: Band, subject: CoreSubject, task: Task | null): string {
  return fill(random.pick(task?.works ?? practice[subject][band]), random);
}

function subjectOf(slug: string, club: string): CoreSubject {
  const [subject] = must(
    subjectWeights.find(([one]) => clubId(slug, one) === club),
    'a task belongs to a core club',
  );
  return subject;
}
