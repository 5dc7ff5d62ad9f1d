import type { Context } from 'hono';
import type { ContentfulStatusCode } from 'hono/utils/http-status';
import { errorCodes, type ErrorCode } from '#domain/errors.ts';

const statuses: Record<ErrorCode, ContentfulStatusCode> = {
  invalid_document: 422,
  not_allowed: 403,
  already_marked: 409,
  already_moved: 409,
  already_set_aside: 409,
  set_aside_for_good: 409,
  not_on_roll: 409,
  not_in_club: 409,
  files_on_their_way: 409,
  no_consent_there: 403,
  badge_out_of_use: 409,
  badge_name_taken: 422,
  group_not_formed: 409,
  too_many_cheers: 429,
  clash: 409,
  append_only: 409,
  unknown_reference: 422,
  wrong_author: 403,
  day_out_of_range: 422,
  too_old: 426,
  invalid_request: 400,
  not_signed_in: 401,
  sign_in_failed: 401,
  join_failed: 422,
  already_joined: 422,
  password_too_plain: 422,
  access_ended: 401,
  too_many_attempts: 429,
  too_many_streams: 429,
  body_too_large: 413,
  wrong_origin: 403,
  unsupported_media_type: 415,
  upload_conflict: 409,
  too_many_files_today: 429,
  unsupported_version: 412,
  not_found: 404,
  unavailable: 503,
  internal: 500,
  unknown_type: 422,
  unsupported_photo: 422,
  too_large: 413,
  too_many_pixels: 422,
  moving_picture: 422,
  too_long: 422,
  broken: 422,
  no_consent: 403,
};

export interface ProblemDetails {
  /** What is wrong, for a developer; holds nothing that the caller sent. */
  readonly detail?: string;
  readonly retryAfterSeconds?: number;
}

/** A request that ends with problem details (RFC 9457). */
export class Problem extends Error {
  override readonly name = 'Problem';
  readonly code: ErrorCode;
  readonly details: ProblemDetails;

  constructor(code: ErrorCode, details: ProblemDetails = {}) {
    super(errorCodes[code]);
    this.code = code;
    this.details = details;
  }
}

/** The answer for `problem`; the same code always has the same status and title. */
export function problemResponse(c: Context, { code, details }: Pick<Problem, 'code' | 'details'>): Response {
  const status = statuses[code];
  const body = {
    type: `urn:studystreaks:problem:${code}`,
    title: errorCodes[code],
    status,
    code,
    ...(details.detail !== undefined && { detail: details.detail }),
  };
  c.header('Cache-Control', 'no-store');
  if (details.retryAfterSeconds !== undefined) c.header('Retry-After', String(details.retryAfterSeconds));
  return c.body(JSON.stringify(body), status, { 'Content-Type': 'application/problem+json' });
}
