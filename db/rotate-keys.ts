import postgres from 'postgres';
import { openPool } from '#server/database/connections.ts';
import type { Keyring } from '#server/database/crypto/keyring.ts';
import { createRotation } from '#server/database/crypto/rotation.ts';
import { createSchoolKeys } from '#server/delivery/school-keys.ts';
import { StartError } from '#server/start-error.ts';
import { roleUrl } from './roles.ts';

export interface RotateOptions {
  readonly adminUrl: string;
  readonly secret: string;
  readonly keyring: Keyring;
  /** Slug of the school. */
  readonly school: string;
  /** Null: the school's own key, and those of all its children. */
  readonly studentId: string | null;
  readonly log: (line: string) => void;
}

/**
 * Gives a school, or one child, new keys, and re-encrypts what the old ones seal, while requests go on. Old keys are retired by
 * the server some minutes later, when no process can seal with them any more; what was cut off is gone on with. Devices seal to a new
 * key of the school's too, from when they next ask; what they sealed to the old one still opens (S30).
 *
 * @throws StartError
 */
export async function rotateKeys({ adminUrl, secret, keyring, school, studentId, log }: RotateOptions): Promise<void> {
  const { schoolId, studentIds } = await findSubjects(adminUrl, school, studentId);
  const database = openPool(roleUrl(adminUrl, 'background_worker', secret), 2);
  try {
    const rotation = createRotation({ database, keyring });
    const known = await keyring.subjects(schoolId, studentIds);
    if (studentId === null) {
      await rotation.begin({ schoolId, subjectId: schoolId });
      await createSchoolKeys(database, keyring).replace(schoolId);
    }
    for (const subjectId of known.keys()) await rotation.begin({ schoolId, subjectId });
    log(`New keys seal from now on: ${studentId === null ? 'the school’s and ' : ''}${String(known.size)} of children. Re-encrypting …`);
    const left = await rotation.advance(schoolId);
    const cells = left.reduce((sum, use) => sum + use.cells, 0);
    log(
      left.length === 0
        ? 'Every old key is retired.'
        : `${String(left.length)} old keys seal ${String(cells)} cells. A running server retires each when that is nothing, ten minutes from now at the earliest; or run this again then.`,
    );
  } finally {
    await database.end();
  }
}

async function findSubjects(adminUrl: string, slug: string, studentId: string | null): Promise<{ schoolId: string; studentIds: string[] }> {
  const sql = postgres(adminUrl, { max: 1, onnotice: () => undefined });
  try {
    return await sql.begin(async (transaction) => {
      await transaction`set local role studystreaks_owner`;
      const [school] = await transaction<{ id: string }[]>`select id from schools where slug = ${slug}`;
      if (!school) throw new StartError(`There is no school '${slug}'. Say its slug: npm run db -- rotate-keys oak-hill`);
      const students = await transaction<{ id: string }[]>`
        select id from students where school_id = ${school.id} and (${studentId}::text is null or id::text = ${studentId})`;
      if (studentId !== null && students.length === 0) throw new StartError(`There is no student ${studentId} at ${slug}. Check the id.`);
      return { schoolId: school.id, studentIds: students.map(({ id }) => id) };
    });
  } finally {
    await sql.end();
  }
}
