import * as v from 'valibot';

/** Any identity in the system: a UUIDv7 in lower case, made where the row is born. */
export const uuid = v.pipe(v.string(), v.uuid('An id must be a UUID.'), v.toLowerCase());

export const schoolId = v.pipe(uuid, v.brand('SchoolId'));
export const userId = v.pipe(uuid, v.brand('UserId'));
export const studentId = v.pipe(uuid, v.brand('StudentId'));
export const classId = v.pipe(uuid, v.brand('ClassId'));
export const clubId = v.pipe(uuid, v.brand('ClubId'));
export const taskId = v.pipe(uuid, v.brand('TaskId'));
export const completionId = v.pipe(uuid, v.brand('CompletionId'));
export const reviewId = v.pipe(uuid, v.brand('ReviewId'));
export const badgeId = v.pipe(uuid, v.brand('BadgeId'));

export type SchoolId = v.InferOutput<typeof schoolId>;
export type UserId = v.InferOutput<typeof userId>;
export type StudentId = v.InferOutput<typeof studentId>;
export type ClassId = v.InferOutput<typeof classId>;
export type ClubId = v.InferOutput<typeof clubId>;
export type TaskId = v.InferOutput<typeof taskId>;
export type CompletionId = v.InferOutput<typeof completionId>;
export type ReviewId = v.InferOutput<typeof reviewId>;
