import type { Database, Transaction } from '../connections.ts';
import { inTransaction } from '../transaction.ts';
import { SealBroken } from './envelope.ts';
import { encryptedColumns, type EncryptedColumn } from './encrypted-columns.ts';
import { KeyMissing } from './key-file.ts';
import { cacheLifetimeMs, type Keyring, type Subject, type SubjectCipher } from './keyring.ts';

export interface RotationOptions {
  /** The pool of background_worker. */
  readonly database: Database;
  readonly keyring: Keyring;
  readonly clock?: () => Date;
  readonly cellsAtATime?: number;
}

/** An old key that something may still be sealed with. */
interface Rotating {
  readonly id: string;
  readonly subject: Subject;
  readonly keyId: string;
  readonly startedAt: Date;
}

export interface KeyUse {
  readonly keyId: string;
  /** Cells that it seals. */
  readonly cells: number;
}

export interface Rotation {
  /** Gives a child, or a school, a new key; nothing is re-encrypted yet. A rotation that was cut off is gone on with. */
  begin(subject: Subject): Promise<void>;
  /**
   * Re-encrypts what old keys of this school seal, batch by batch, counts what is left, and retires keys of which nothing is
   * left. May be cut off anywhere, and be run by several processes at once.
   *
   * @returns the old keys that are not retired yet
   */
  advance(schoolId: string): Promise<KeyUse[]>;
  /** Every school in which something rotates. */
  schools(): Promise<string[]>;
}

/**
 * Another process may go on sealing with a key until its memory lets go of it. Before that a key is not retired, however
 * little it seals: a cell could still come.
 */
const patienceMs = 2 * cacheLifetimeMs;
/** A backup may be restored for 35 days, and what it holds must open. */
const keptForBackupsMs = 40 * 86_400_000;
const firstId = '00000000-0000-0000-0000-000000000000';

export function createRotation({ database, keyring, clock = () => new Date(), cellsAtATime = 500 }: RotationOptions): Rotation {
  const asWorker = async <Result>(schoolId: string, work: (sql: Transaction) => Promise<Result>): Promise<Result> => {
    const outcome = await inTransaction(database, 'read committed', async (sql) => {
      await sql`select app.enter_worker(${schoolId})`;
      return { result: await work(sql) };
    });
    return outcome.result;
  };

  async function begin(subject: Subject): Promise<void> {
    const { schoolId, subjectId } = subject;
    // First the vault: a row without a rotation would find nothing to do, a rotation without a row is gone on with here.
    const oldKeys = await keyring.cabinet.replace(subject);
    await asWorker(schoolId, (sql) =>
      sql`
        insert into key_rotations (school_id, subject_id, key_id, started_at)
        select ${schoolId}, ${subjectId}, key_id, ${clock()} from unnest(${oldKeys}::text[]) as key_id
        on conflict (school_id, key_id) do update set retired_at = null, cells_left = null`.then(() => undefined),
    );
  }

  async function advance(schoolId: string): Promise<KeyUse[]> {
    const rotating = await asWorker(schoolId, readRotating);
    const isOfSchool = rotating.some(({ subject }) => subject.subjectId === schoolId);
    // Children's keys are wrapped with the school's: once it is replaced, they are wrapped anew.
    if (isOfSchool) await keyring.cabinet.rewrapSchool(schoolId);
    const left: KeyUse[] = [];
    for (const one of rotating) {
      // Another process may have begun it: memory would seal with the old key.
      keyring.cabinet.forget(one.subject);
      if (await isGone(keyring, one.subject)) {
        await drop(one);
        continue;
      }
      for (const column of columnsOf(one)) await reencrypt(one, column);
      const cells = await count(one);
      const isOver = cells === 0 && clock().getTime() - one.startedAt.getTime() >= patienceMs;
      if (isOver) await retire(one);
      else left.push({ keyId: one.keyId, cells });
    }
    await destroyRetired(schoolId);
    return left;
  }

  /** One column, from its first row to its last, a transaction a batch. */
  async function reencrypt(one: Rotating, column: EncryptedColumn): Promise<void> {
    const { schoolId, subjectId } = one.subject;
    for (let after = firstId; ;) {
      const last = await asWorker(schoolId, async (sql) => {
        const cells = await sql<SealedCell[]>`
          select row_id as "rowId", sealed from app.sealed_cells(
            ${column.table}, ${column.column}, ${column.row}, ${studentColumn(one, column)}, ${subjectId}, ${keyBytes(one)}, ${after}, ${cellsAtATime})`;
        if (cells.length === 0) return null;
        const fresh = await keyring.opening(schoolId, [subjectId], (ciphers) =>
          cells.flatMap((cell) => resealed(cell, column, ciphers.get(subjectId))),
        );
        await sql`select app.replace_cells(${one.id}, ${column.table}, ${column.column}, ${column.row}, ${sql.json(fresh)})`;
        return cells.at(-1)?.rowId ?? null;
      });
      if (last === null) return;
      after = last;
    }
  }

  async function count(one: Rotating): Promise<number> {
    const { schoolId, subjectId } = one.subject;
    return asWorker(schoolId, async (sql) => {
      let cells = 0;
      for (const column of columnsOf(one)) {
        const [counted] = await sql<{ cells: number }[]>`
          select app.count_sealed_cells(${column.table}, ${column.column}, ${studentColumn(one, column)}, ${subjectId}, ${keyBytes(one)}) as cells`;
        cells += counted?.cells ?? 0;
      }
      await sql`update key_rotations set counted_at = ${clock()}, cells_left = ${cells} where school_id = ${schoolId} and id = ${one.id}`;
      return cells;
    });
  }

  /** Somebody who was erased has no keys left to retire. */
  async function drop(one: Rotating): Promise<void> {
    await asWorker(one.subject.schoolId, (sql) =>
      sql`delete from key_rotations where school_id = ${one.subject.schoolId} and id = ${one.id}`.then(() => undefined),
    );
  }

  async function retire(one: Rotating): Promise<void> {
    await keyring.cabinet.retire(one.subject, one.keyId).catch(unlessMissing);
    await asWorker(one.subject.schoolId, (sql) =>
      sql`
        update key_rotations set retired_at = ${clock()} where school_id = ${one.subject.schoolId} and id = ${one.id}`.then(
        () => undefined,
      ),
    );
  }

  async function destroyRetired(schoolId: string): Promise<void> {
    const before = new Date(clock().getTime() - keptForBackupsMs);
    const retired = await asWorker(
      schoolId,
      (sql) => sql<{ id: string; subjectId: string }[]>`
        select id, subject_id as "subjectId" from key_rotations where school_id = ${schoolId} and retired_at < ${before}`,
    );
    for (const { subjectId } of retired) await keyring.cabinet.destroyRetired({ schoolId, subjectId }, before).catch(unlessMissing);
    await asWorker(schoolId, (sql) =>
      sql`
        delete from key_rotations where school_id = ${schoolId} and id = any (${retired.map(({ id }) => id)}::uuid[])`.then(
        () => undefined,
      ),
    );
  }

  return {
    begin,
    advance,
    async schools() {
      const rows = await database<{ schoolId: string }[]>`select school as "schoolId" from app.schools_to_rotate() as school`;
      return rows.map(({ schoolId }) => schoolId);
    },
  };
}

interface SealedCell {
  readonly rowId: string;
  readonly sealed: Uint8Array;
}

/** `\\x…`: how bytes stand in a JSON parameter that PostgreSQL reads as bytea. */
function bytesToJson(bytes: Uint8Array): string {
  return `\\x${Buffer.from(bytes).toString('hex')}`;
}

/** The same words under the subject's current key. A cell that does not open stays as it is, and keeps its key from being retired. */
function resealed({ rowId, sealed }: SealedCell, { table, column }: EncryptedColumn, cipher: SubjectCipher | undefined) {
  const cell = { table, column, row: rowId };
  if (!cipher) return [];
  try {
    const fresh = cipher.encrypt(cell, cipher.decrypt(cell, sealed));
    return [{ row_id: rowId, was: bytesToJson(sealed), becomes: bytesToJson(fresh) }];
  } catch (error) {
    if (error instanceof SealBroken) return [];
    throw error;
  }
}

async function readRotating(sql: Transaction): Promise<Rotating[]> {
  const rows = await sql<{ id: string; schoolId: string; subjectId: string; keyId: string; startedAt: string }[]>`
    select id, school_id as "schoolId", subject_id as "subjectId", key_id as "keyId", started_at as "startedAt"
    from key_rotations where school_id = app.current_tenant() and retired_at is null
    order by started_at, id`;
  return rows.map(({ id, schoolId, subjectId, keyId, startedAt }) => ({
    id,
    subject: { schoolId, subjectId },
    keyId,
    startedAt: new Date(startedAt),
  }));
}

/** Where cells of this key may be: a child's in the child's rows alone. */
function columnsOf({ subject }: Rotating): EncryptedColumn[] {
  return encryptedColumns.filter(({ student }) => subject.subjectId === subject.schoolId || student !== null);
}

function studentColumn({ subject }: Rotating, { student }: EncryptedColumn): string | null {
  return subject.subjectId === subject.schoolId ? null : student;
}

function keyBytes({ keyId }: Rotating): Buffer {
  return Buffer.from(keyId, 'hex');
}

async function isGone(keyring: Keyring, { schoolId, subjectId }: Subject): Promise<boolean> {
  return !(await keyring.subjects(schoolId, [subjectId])).has(subjectId);
}

/** Erased meanwhile: then there is no key left to retire. */
function unlessMissing(error: unknown): void {
  if (!(error instanceof KeyMissing)) throw error;
}
