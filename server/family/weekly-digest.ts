import * as v from 'valibot';
import type { IsoDate } from '#domain/calendar/dates.ts';
import { KeyMissing } from '../database/crypto/key-file.ts';
import type { Keyring } from '../database/crypto/keyring.ts';
import type { Database } from '../database/connections.ts';
import { inTransaction } from '../database/transaction.ts';
import type { Mailer, MailOutcome, Outbox } from '../mail/mailer.ts';
import { childWeeks, digestWeek, dueDigests, type DueDigest } from './digest-facts.ts';
import { digestMail } from './digest-mail.ts';
import type { ChildWeek } from './digest-words.ts';
import { mailLanguages } from './preferences.ts';
import { stopToken } from './stop-token.ts';

export interface WeeklyDigestOptions {
  /** The pool of background_worker. */
  readonly database: Database;
  readonly keyring: Keyring;
  readonly mailer: Mailer;
  /** Where the links of a mail lead. */
  readonly linksTo: URL;
  readonly clock?: () => Date;
  /** Called with what became of each mail. */
  readonly ended?: (outcome: MailOutcome) => void;
}

export interface WeeklyDigest {
  /**
   * Sends a school's parents the digest of this week, each once however often it is called.
   *
   * @throws MailOutOfReach; DigestsLeft where some have to be tried again
   */
  send(schoolId: string, signal: AbortSignal): Promise<void>;
}

/** The mail server asked to come back for some of the mails. */
class DigestsLeft extends Error {
  override readonly name = 'DigestsLeft';
}

const parentsAtATime = 50;
const knownLanguage = v.fallback(v.picklist(mailLanguages), 'en-GB');

/**
 * A mail is claimed before it is sent: a process that dies in between leaves one parent without one mail, and nobody with two. What
 * the mail server did not take for now is given back, and tried again by the queue.
 */
export function createWeeklyDigest({
  database,
  keyring,
  mailer,
  linksTo,
  clock = () => new Date(),
  ended,
}: WeeklyDigestOptions): WeeklyDigest {
  const asSchool = <Result>(schoolId: string, work: Parameters<typeof inTransaction<Result>>[2]): Promise<Result> =>
    inTransaction(database, 'read committed', async (sql) => {
      await sql`select app.enter_worker(${schoolId})`;
      return work(sql);
    });

  /** Security: asked anew for each mail, so that whoever has just switched it off gets none. */
  const claim = (schoolId: string, parentId: string, monday: IsoDate): Promise<boolean> =>
    asSchool(schoolId, async (sql) => {
      const rows = await sql`
        update parents set digest_monday = ${monday}
        where school_id = ${schoolId} and id = ${parentId} and digest_monday is distinct from ${monday}
          and exists (select from app.digests_due(${monday}, ${parentId}))
        returning id`;
      return rows.length > 0;
    });

  const giveBack = (schoolId: string, parentId: string, monday: IsoDate): Promise<unknown> =>
    asSchool(
      schoolId,
      (sql) => sql`
        update parents set digest_monday = null where school_id = ${schoolId} and id = ${parentId} and digest_monday = ${monday}`,
    );

  async function named(
    schoolId: string,
    { children }: DueDigest,
    weeks: ReadonlyMap<string, Omit<ChildWeek, 'firstName'>>,
  ): Promise<ChildWeek[]> {
    const told: ChildWeek[] = [];
    for (const { studentId, firstName } of children) {
      const week = weeks.get(studentId);
      const cell = { table: 'users', column: 'first_name_encrypted', row: studentId };
      // Erased since: there is nobody to tell of.
      const name = week && (await keyring.decrypt({ schoolId, subjectId: studentId }, cell, firstName).catch(nullIfErased));
      if (week && name !== null && name !== undefined) told.push({ firstName: name, ...week });
    }
    return told.toSorted((one, other) => one.firstName.localeCompare(other.firstName, 'en-GB'));
  }

  async function sendOne(
    outbox: Outbox,
    schoolId: string,
    monday: IsoDate,
    due: DueDigest,
    weeks: ReadonlyMap<string, Omit<ChildWeek, 'firstName'>>,
  ): Promise<MailOutcome | null> {
    const { parentId, email, language } = due;
    const token = await stopToken(keyring, { schoolId, parentId });
    const mail = digestMail(v.parse(knownLanguage, language), await named(schoolId, due, weeks), {
      open: new URL('/today', linksTo).href,
      stopPage: new URL(`/stop-mail#${token}`, linksTo).href,
      stopUrl: new URL(`/api/family/digest/stop/${token}`, linksTo).href,
    });
    if (!mail || !(await claim(schoolId, parentId, monday))) return null;
    try {
      const to = await keyring.decrypt(
        { schoolId, subjectId: schoolId },
        { table: 'users', column: 'email_encrypted', row: parentId },
        email,
      );
      const outcome = await outbox.send({ ...mail, to });
      if (outcome === 'later') await giveBack(schoolId, parentId, monday);
      return outcome;
    } catch (error) {
      await giveBack(schoolId, parentId, monday);
      throw error;
    }
  }

  return {
    async send(schoolId, signal) {
      const now = clock();
      const due = await asSchool(schoolId, async (sql) => {
        const week = await digestWeek(sql, schoolId, now);
        return week && { ...week, digests: await dueDigests(sql, week.monday) };
      });
      if (!due || due.digests.length === 0) return;
      const outbox = mailer.open();
      let left = 0;
      try {
        for (let from = 0; from < due.digests.length; from += parentsAtATime) {
          const digests = due.digests.slice(from, from + parentsAtATime);
          const studentIds = [...new Set(digests.flatMap(({ children }) => children.map(({ studentId }) => studentId)))];
          const weeks = await asSchool(schoolId, (sql) => childWeeks(sql, schoolId, studentIds, now, due.today));
          for (const digest of digests) {
            signal.throwIfAborted();
            const outcome = await sendOne(outbox, schoolId, due.monday, digest, weeks);
            if (outcome !== null) ended?.(outcome);
            if (outcome === 'later') left++;
          }
        }
      } finally {
        outbox.close();
      }
      if (left > 0) throw new DigestsLeft(`${String(left)} mails have to be tried again`);
    },
  };
}

function nullIfErased(error: unknown): null {
  if (error instanceof KeyMissing) return null;
  throw error;
}
