import * as v from 'valibot';
import { isoDate, isoInstant } from '../calendar/dates.ts';
import { studentId, uuid } from '../ids.ts';
import { defineCollection, documentEntries } from './define-collection.ts';

/** A day on which nothing is expected of a child; append only, `withdrawn` takes back the row that it names. Never a reason. */
export const excusedDays = defineCollection({
  name: 'excused_days',
  audiences: ['student'],
  pushedBy: { create: ['excused_day.create'], update: null },
  schema: v.pipe(
    v.strictObject({
      ...documentEntries,
      studentId,
      /** In the school's time zone; the server takes it within 28 days of the device's last contact. */
      day: isoDate,
      state: v.picklist(['excused', 'withdrawn']),
      withdraws: v.nullable(uuid),
      /** The device's clock when it was said. */
      capturedAt: isoInstant,
    }),
    v.check(
      ({ state, withdraws }) => (state === 'withdrawn') === (withdraws !== null),
      'What takes a day back names the one, and nothing else does.',
    ),
  ),
  indexedFields: {},
  indexes: [],
  comesWholeFirst: false,
});

export type ExcusedDay = v.InferOutput<typeof excusedDays.schema>;
