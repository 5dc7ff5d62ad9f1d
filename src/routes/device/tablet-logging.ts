import { addDays, weekday, type IsoDate } from '#domain/calendar/dates.ts';
import { must } from '#domain/must.ts';
import type { TreeStage } from '#domain/levels/tree.ts';
import { sealHomework } from '$lib/class-device/seal-homework.ts';
import type { NewHomework } from '$lib/data/homework.ts';
import { sealedWork } from '$lib/delivery/sealed-work.svelte.ts';
import { evidence } from '$lib/evidence/files.svelte.ts';
import { openTasks, type OpenTask } from '$lib/records/open-tasks.ts';
import type { Club } from '$lib/records/pieces.ts';
import { session } from '$lib/session/session.svelte.ts';
import { clockOffsetMs } from '$lib/sync/clock.ts';
import type { Logging } from '$lib/ui/logging/logging.ts';
import type { Tablet } from './tablet.svelte.ts';

/** Where a child logs on a class's tablet, step by step. */
export const tabletLogPath = '/device/log';

/** A child who logs on their class's tablet: it is sealed to the school at once, and nobody here can read it any more. */
export class TabletLogging implements Logging {
  readonly path = tabletLogPath;
  readonly home = '/device';
  readonly showLogged: (id: string) => Promise<void>;
  readonly #tablet: Tablet;

  constructor(tablet: Tablet, showLogged: (id: string) => Promise<void>) {
    this.#tablet = tablet;
    this.showLogged = showLogged;
  }

  get child() {
    const { child } = this.#tablet;
    return child && { studentId: child.studentId, avatar: child.avatar, consents: child.code.consents };
  }
  get today(): IsoDate {
    return this.#tablet.records.today;
  }
  get teacher(): string {
    return this.#tablet.teacher;
  }
  /** A tablet knows the year groups of its class, not of a child. */
  get clubs(): Club[] {
    const years = this.#tablet.schoolClass?.yearGroups ?? [];
    return [...this.clubsById.values()].filter(
      ({ isActive, yearGroups }) => isActive && (yearGroups.length === 0 || yearGroups.some((year) => years.includes(year))),
    );
  }
  get clubsById() {
    return this.#tablet.records.clubsById;
  }
  /** Which of them the child has done already is not known here. */
  get tasks(): OpenTask[] {
    const { child, records } = this.#tablet;
    return child
      ? openTasks({
          tasks: records.tasks,
          pieces: [],
          child: { studentId: child.studentId, classId: child.code.classId },
          today: this.today,
        })
      : [];
  }
  get tasksById() {
    return this.#tablet.records.tasksById;
  }

  /** A tree like everybody's: how far the child's own has grown is not known here. */
  stageOf(): TreeStage {
    return 'young_tree';
  }

  days(from: IsoDate, until: IsoDate) {
    const { closures } = this.#tablet.records;
    const days: { date: IsoDate; kind: 'weekend' | 'holiday' | 'day_off'; status: null }[] = [];
    for (let date = from; date <= until; date = addDays(date, 1)) {
      const isClosed = closures.some((closure) => closure.from <= date && date <= closure.until);
      days.push({ date, kind: weekday(date) > 5 ? 'weekend' : isClosed ? 'holiday' : 'day_off', status: null });
    }
    return days;
  }

  draftKeyOf(work: string): string {
    return `${must(this.#tablet.child, 'a child is at the tablet').studentId}/${work}`;
  }

  async log(homework: NewHomework, fileIds: readonly string[]): Promise<string> {
    const files = evidence.files.filter(({ id }) => fileIds.includes(id));
    const id = await sealHomework(homework, files, {
      ...must(await session.tabletSealing(), 'this device is a class’s tablet that knows its school’s key'),
      outbox: sealedWork.outbox,
      files: evidence.open,
      clockOffsetMs: clockOffsetMs(),
      now: new Date(),
    });
    sealedWork.wake();
    return id;
  }
}
