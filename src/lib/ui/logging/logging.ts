import { getContext, setContext } from 'svelte';
import type { IsoDate } from '#domain/calendar/dates.ts';
import type { TreeStage } from '#domain/levels/tree.ts';
import type { DayReason } from '#domain/streaks/explain.ts';
import type { NewHomework } from '$lib/data/homework.ts';
import type { Child } from '$lib/records/children.ts';
import type { OpenTask } from '$lib/records/open-tasks.ts';
import type { Club, Task } from '$lib/records/pieces.ts';

/** What the screens of logging ask of whoever shows them: a child’s own app, or a class device. */
export interface Logging {
  /** Whose homework it is; null until that is known on this device. */
  readonly child: (Pick<Child, 'studentId' | 'avatar'> & { readonly consents?: Child['consents'] }) | null;
  readonly today: IsoDate;
  readonly teacher: string;
  readonly clubs: readonly Club[];
  readonly clubsById: ReadonlyMap<string, Club>;
  readonly tasks: readonly OpenTask[];
  readonly tasksById: ReadonlyMap<string, Task>;
  stageOf(club: Club): TreeStage;
  /** How each day from `from` to `until` looks. */
  days(from: IsoDate, until: IsoDate): readonly Pick<DayReason, 'date' | 'kind' | 'status'>[];
  /** The page on which the steps are: each is this with a query. */
  readonly path: string;
  /** Where logging was begun, and goes when it is left. */
  readonly home: string;
  /** What is being written of a piece of work is kept under this; two children's never under the same. */
  draftKeyOf(work: string): string;
  /** Keeps the homework with the files that were captured for it. @returns its id @throws where it could not be kept */
  log(homework: NewHomework, fileIds: readonly string[]): Promise<string>;
  /** Goes on to what comes after. */
  showLogged(id: string): Promise<void>;
}

const key = Symbol('logging');

/** Call it in the page that shows the flow. */
export function provideLogging(logging: Logging): void {
  setContext(key, logging);
}

export function useLogging(): Logging {
  return getContext<Logging>(key);
}
