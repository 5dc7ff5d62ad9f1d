import { m } from '$lib/messages/generated/messages.js';
import type { TableColumn } from './class-table.ts';

/** The columns of figures, in their order, and what they are called. */
export const figures = [
  ['run', m.class_run],
  ['longest', m.class_longest],
  ['waiting', m.class_waiting],
  ['last', m.class_last],
] as const satisfies readonly (readonly [TableColumn, () => string])[];
