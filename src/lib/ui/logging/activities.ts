import { m } from '$lib/messages/generated/messages.js';

/** What a piece without a task may have been, as whoever logs it is asked. */
export const activities = [
  { value: 'reading', art: 'motif-book', words: m.activity_reading },
  { value: 'practice', art: 'motif-pencil', words: m.activity_practice },
] as const;
