import * as v from 'valibot';
import { isoInstant } from '#domain/calendar/dates.ts';
import { uuid } from '#domain/ids.ts';

export const enrolBody = v.strictObject({
  classId: uuid,
  /** What the tablet is called: "Blue tablet". */
  name: v.pipe(v.string(), v.trim(), v.nonEmpty(), v.maxLength(60)),
});

export const enrolledAnswer = v.object({
  id: uuid,
  /** Signs the device in. Said once: the server keeps its hash. */
  secret: v.string(),
  /** Delivers sealed envelopes (S30), and nothing else. Said once as well. */
  token: v.string(),
  leaseUntil: isoInstant,
});
export type EnrolledAnswer = v.InferOutput<typeof enrolledAnswer>;

export const devicesAnswer = v.object({
  devices: v.array(
    v.object({
      id: uuid,
      classId: uuid,
      name: v.string(),
      enrolledAt: isoInstant,
      leaseUntil: isoInstant,
      revokedAt: v.nullable(isoInstant),
      /** Null: never since it was enrolled. */
      lastContactAt: v.nullable(isoInstant),
    }),
  ),
});
export type DevicesAnswer = v.InferOutput<typeof devicesAnswer>;
