import type { Fields } from '../../merge.ts';
import { without, type Lens } from '../lens.ts';

/**
 * A past that today's shapes could have come from, for tests: at each number something of another kind has changed. An app of
 * number 4 knows today's shapes.
 */
export const pastLenses: readonly Lens[] = [
  // 2: a field was renamed.
  {
    collection: 'completions',
    number: 2,
    up: renamed('minutesSpent', 'minutes'),
    down: renamed('minutes', 'minutesSpent'),
    initial: {},
  },
  { collection: 'reviews', number: 2, up: (document) => document, down: without('star'), initial: { star: false } },
  // 3: a field was added.
  { collection: 'completions', number: 3, up: (document) => document, down: without('feeling'), initial: { feeling: null } },
  {
    collection: 'receipts',
    number: 3,
    up: renamed('countsOn', 'effectiveDate'),
    down: renamed('effectiveDate', 'countsOn'),
    initial: {},
  },
  // 4: a field can say more than it could.
  {
    collection: 'completions',
    number: 4,
    up: changed('clockOffsetMs', (seconds) => (typeof seconds === 'number' ? seconds * 1000 : seconds)),
    down: (document) =>
      changed('evidenceKind', (kind) => (kind === 'show_in_class' ? 'written' : kind))(
        changed('clockOffsetMs', (milliseconds) => (typeof milliseconds === 'number' ? Math.floor(milliseconds / 1000) : milliseconds))(
          document,
        ),
      ),
    initial: {},
  },
];

function renamed(from: string, to: string): (document: Fields) => Fields {
  return (document) => Object.fromEntries(Object.entries(document).map(([name, value]) => [name === from ? to : name, value]));
}

function changed(field: string, change: (value: unknown) => unknown): (document: Fields) => Fields {
  return (document) => (field in document ? { ...document, [field]: change(document[field]) } : document);
}
