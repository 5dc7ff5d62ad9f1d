import * as v from 'valibot';
import { uuid } from '#domain/ids.ts';
import { failureOf, type Result } from '../session/session-api.ts';
import { call, type Fetch } from '../sync/http.ts';

const enrolled = v.object({ id: uuid, secret: v.string(), token: v.string(), leaseUntil: v.string() });
export type Enrolled = v.InferOutput<typeof enrolled>;

const listed = v.object({
  devices: v.array(
    v.object({
      id: uuid,
      classId: uuid,
      name: v.string(),
      enrolledAt: v.string(),
      leaseUntil: v.string(),
      revokedAt: v.nullable(v.string()),
      lastContactAt: v.nullable(v.string()),
    }),
  ),
});
export type ListedDevice = v.InferOutput<typeof listed>['devices'][number];

export function postEnrol(
  fetch: Fetch,
  body: { readonly classId: string; readonly name: string },
): Promise<Result<{ enrolled: Enrolled }>> {
  return tried(async () => ({ enrolled: await call(fetch, { path: '/api/school/devices', body, answer: enrolled }) }));
}

/** The tablets of all classes that the person may set up. @throws Unreachable | NotSignedIn | Refused */
export async function fetchDevices(fetch: Fetch): Promise<readonly ListedDevice[]> {
  return (await call(fetch, { path: '/api/school/devices', answer: listed })).devices;
}

export function postRevoke(fetch: Fetch, id: string): Promise<Result<object>> {
  return tried(async () => {
    await call(fetch, { path: `/api/school/devices/${id}/revoke`, body: {}, answer: v.unknown() });
    return {};
  });
}

/** A child may try the own pictures again at once. */
export function postUnlock(fetch: Fetch, studentId: string): Promise<Result<object>> {
  return tried(async () => {
    await call(fetch, { path: `/api/school/children/${studentId}/unlock`, body: {}, answer: v.unknown() });
    return {};
  });
}

async function tried<T extends object>(ask: () => Promise<T>): Promise<Result<T>> {
  try {
    return { ok: true, ...(await ask()) };
  } catch (reason) {
    return failureOf(reason);
  }
}
