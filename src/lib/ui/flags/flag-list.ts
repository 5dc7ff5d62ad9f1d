import type { Flag } from '$lib/flags/flags-api.ts';
import { compareWords, holdsWords } from '$lib/messages/locale.ts';
import { m } from '$lib/messages/generated/messages.js';
import { momentWords } from '$lib/records/date-words.ts';

export const flagSorts = ['newest', 'oldest', 'child'] as const;
export type FlagSort = (typeof flagSorts)[number];

/** What a child's own worry is about. */
export const worryWords = {
  home: m.flags_worry_home,
  school: m.flags_worry_school,
  online: m.flags_worry_online,
  talk: m.flags_worry_talk,
  unknown: m.flags_worry_unknown,
} as const;

export interface FlagView {
  readonly find: string;
  /** Null: of every class. */
  readonly className: string | null;
  readonly sort: FlagSort;
}

/** The classes of the children whom these concerns are about, by name. */
export function classNamesOf(flags: readonly Flag[]): string[] {
  return [...new Set(flags.flatMap(({ className }) => className ?? []))].sort(compareWords);
}

/** Concerns that were read, as they are looked for. */
export function viewFlags(flags: readonly Flag[], { find, className, sort }: FlagView): Flag[] {
  return flags
    .filter((flag) => (className === null || flag.className === className) && holdsWords(find, textsOf(flag)))
    .sort((one, other) => compare[sort](one, other) || compare.newest(one, other));
}

/** A table of them with its head, for a file. */
export function flagTable(flags: readonly Flag[]): string[][] {
  const head = [
    m.class_child(),
    m.class_title(),
    m.flags_csv_raised_on(),
    m.flags_csv_raised_by(),
    m.flags_csv_words(),
    m.flags_about(),
    m.flags_csv_closed_on(),
    m.flags_csv_closed_by(),
    m.flags_done(),
  ];
  return [
    head,
    ...flags.map((flag) => [
      flag.childName ?? m.flags_some_child(),
      flag.className ?? '',
      momentWords(flag.raisedAt),
      flag.isOwn ? m.flags_you() : (flag.reporterName ?? m.flags_somebody()),
      [flag.isFromChild ? worryWords[flag.worry ?? 'unknown']() : '', flag.words ?? ''].filter(Boolean).join(' · '),
      pieceWords(flag),
      flag.handled === null ? '' : momentWords(flag.handled.at),
      flag.handled === null ? '' : (flag.handled.byName ?? m.flags_somebody()),
      flag.handled?.outcome ?? '',
    ]),
  ];
}

function pieceWords({ piece }: Flag): string {
  return piece === null ? '' : [piece.clubName, piece.taskTitle, piece.doneOn, piece.writtenWork].filter(Boolean).join(' · ');
}

const compare: Record<FlagSort, (one: Flag, other: Flag) => number> = {
  newest: (one, other) => whenOf(other).localeCompare(whenOf(one)) || one.id.localeCompare(other.id),
  oldest: (one, other) => whenOf(one).localeCompare(whenOf(other)),
  child: (one, other) => compareWords(one.childName ?? '\uFFFF', other.childName ?? '\uFFFF'),
};

/** The school's own order: when it was closed, or raised while it is open. */
function whenOf({ raisedAt, handled }: Flag): string {
  return handled?.at ?? raisedAt;
}

function textsOf(flag: Flag) {
  const { childName, className, reporterName, words, handled } = flag;
  return [childName, className, reporterName, words, pieceWords(flag), handled?.byName, handled?.outcome];
}
