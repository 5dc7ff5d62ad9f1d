import type { IsoDate } from '#domain/calendar/dates.ts';
import type { TreeStage } from '#domain/levels/tree.ts';
import type { DayReason } from '#domain/streaks/explain.ts';
import type { NewHomework } from '$lib/data/homework.ts';
import { logWithFiles } from '$lib/evidence/actions.ts';
import type { Club } from '$lib/records/pieces.ts';
import type { Logging } from '$lib/ui/logging/logging.ts';
import type { Me } from '../me.svelte.ts';

/** Where a child logs homework, step by step. */
export const logPath = '/log';

/** A child who logs in their own app: it is kept with their own record, and they see it done. */
export class ChildLogging implements Logging {
  readonly path = logPath;
  readonly home = '/clubs';
  readonly #me: Me;

  readonly showLogged: (id: string) => Promise<void>;

  constructor(me: Me, showLogged: (id: string) => Promise<void>) {
    this.#me = me;
    this.showLogged = showLogged;
  }

  get child() {
    return this.#me.child;
  }
  get today() {
    return this.#me.records.today;
  }
  get teacher() {
    return this.#me.teacher;
  }
  get clubs() {
    return this.#me.clubs;
  }
  get clubsById() {
    return this.#me.records.clubsById;
  }
  get tasks() {
    return this.#me.tasks;
  }
  get tasksById() {
    return this.#me.records.tasksById;
  }

  stageOf(club: Club): TreeStage {
    return this.#me.tree(club).stage;
  }

  days(from: IsoDate, until: IsoDate): DayReason[] {
    return this.#me.days(from, until);
  }

  draftKeyOf(work: string): string {
    return work;
  }

  log(homework: NewHomework, fileIds: readonly string[]): Promise<string> {
    return logWithFiles(homework, fileIds);
  }
}
