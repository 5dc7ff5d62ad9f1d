import type { TransactionSql } from 'postgres';

/** What is wrong with a row of the log, or with its place in the chain. */
export type Fault = 'changed' | 'removed' | 'inserted' | 'blanked' | 'seal changed' | 'end missing' | 'replaced';

const sentences: Record<Fault, string> = {
  changed: 'what it says is not what was sealed',
  removed: 'it was sealed and is not there any more',
  inserted: 'it was put in among rows that had been sealed before',
  blanked: 'its values were taken out, though nobody was erased',
  'seal changed': 'its seal was changed, or one was taken out before it',
  'end missing': 'the chain ends before it, though it was sealed',
  replaced: 'the chain has another seal there than the one noted in the vault',
};

export interface Broken {
  readonly fault: Fault;
  /** Of the row, in the order of sealing; null for a row that has no seal. */
  readonly position: number | null;
  /** Id of the row, where one is known. */
  readonly id: string | null;
  readonly entityType: string | null;
  readonly entityId: string | null;
  readonly at: string | null;
}

export interface Verified {
  /** Rows whose seal was checked. */
  readonly rows: number;
  /** Rows that are still to be sealed. */
  readonly unsealed: number;
  readonly broken: Broken | null;
}

/** Where a chain ended when the vault was last told. */
export interface ChainEnd {
  readonly position: number;
  readonly hash: string;
}

export interface VerifyOptions {
  /** Subjects whose values may be gone. */
  readonly erased: ReadonlySet<string>;
  readonly noted: ChainEnd | null;
}

interface Link {
  readonly position: number;
  readonly id: string;
  readonly at: Date;
  readonly isLate: boolean;
  readonly isThere: boolean;
  readonly entityType: string | null;
  readonly entityId: string | null;
  readonly subjectId: string | null;
  /** Null where the values, or the origin, were let go of. */
  readonly hasValues: boolean | null;
  readonly hasOrigin: boolean | null;
  readonly isBlank: boolean;
  readonly isOld: boolean;
  readonly previous: string;
  readonly hash: string;
  /** Of the row as it is now and the digests as the seal has them. */
  readonly computed: string | null;
}

interface Chain {
  readonly position: number;
  readonly hash: string;
  readonly floor: number;
}

const linksAtATime = 5_000;

/**
 * Checks a school's log against its seals, from the oldest to the newest, and stops at the first row that is not as it was
 * sealed. Works out each hash with statements of its own: it calls no function that could have been replaced.
 *
 * @param sql acts as the owner, who sees every row
 */
export async function verifyAudit(sql: TransactionSql, schoolId: string, { erased, noted }: VerifyOptions): Promise<Verified> {
  const chain = await readChain(sql, schoolId);
  let rows = 0;
  let last: { position: number; hash: string } | null = null;
  const broken = (fault: Fault, link: Partial<Omit<Link, 'position'>> & { readonly position: number | null }): Broken => ({
    fault,
    position: link.position,
    id: link.id ?? null,
    entityType: link.entityType ?? null,
    entityId: link.entityId ?? null,
    at: link.at?.toISOString() ?? null,
  });
  const end = (found: Broken): Verified => ({ rows, unsealed: 0, broken: found });

  for (let after = 0; ;) {
    const links = await readLinks(sql, schoolId, after);
    for (const link of links) {
      // Below the floor retention has taken rows out; each that is left still stands on the hash of the one before.
      const follows =
        last === null ? chain.floor > 0 || link.position === 1 : link.position === last.position + 1 || link.position <= chain.floor + 1;
      const isBuilt = last === null || link.position !== last.position + 1 || link.previous === last.hash;
      if (!follows || !isBuilt) return end(broken('seal changed', link));
      const fault = faultOf(link, erased);
      if (fault) return end(broken(fault, link));
      if (noted?.position === link.position && noted.hash !== link.hash) return end(broken('replaced', link));
      last = link;
      rows++;
    }
    if (links.length < linksAtATime) break;
    after = links.at(-1)?.position ?? after;
  }

  if ((last?.position ?? chain.floor) !== chain.position || (last && last.hash !== chain.hash))
    return end(broken('end missing', { position: chain.position }));
  if (noted && noted.position > chain.position) return end(broken('end missing', { position: noted.position }));
  // What is missing below the floor is as much as retention says that it took away.
  if (chain.position - rows !== (await readForgotten(sql, schoolId))) return end(broken('removed', { position: chain.floor }));
  const { inserted, unsealed } = await readUnsealed(sql, schoolId);
  return { rows, unsealed, broken: inserted && broken('inserted', { ...inserted, position: null }) };
}

/** `row 41 of homework_completions 0190… (CREATE, 2026-11-24T08:30:00.000Z)`, and what is wrong with it. */
export function describeBroken({ fault, position, id, entityType, entityId, at }: Broken): string {
  const place = position === null ? 'a row without a seal' : `row ${String(position)}`;
  const about = entityType === null ? '' : ` about ${entityType} ${entityId ?? ''}`;
  return `${place}${id === null ? '' : ` (${id}${at === null ? '' : `, ${at}`})`}${about}: ${sentences[fault]}`;
}

function faultOf(link: Link, erased: ReadonlySet<string>): Fault | null {
  if (!link.isThere) return 'removed';
  if (link.computed !== link.hash || link.hasValues === false || link.hasOrigin === false) return 'changed';
  const isErased = link.subjectId !== null && erased.has(link.subjectId);
  if (link.hasValues === null && !isErased) return 'blanked';
  if (link.hasValues === null && !link.isBlank) return 'changed';
  if (link.hasOrigin === null && !isErased && !link.isOld) return 'blanked';
  return link.isLate ? 'inserted' : null;
}

async function readChain(sql: TransactionSql, schoolId: string): Promise<Chain> {
  const [chain] = await sql<{ position: string; hash: string; floor: string }[]>`
    select position, encode(hash, 'hex') as hash, floor_position as floor from audit_chains where school_id = ${schoolId}`;
  return { position: Number(chain?.position ?? 0), hash: chain?.hash ?? '', floor: Number(chain?.floor ?? 0) };
}

/** How many rows retention has taken away, as its newest entry in the log says. */
async function readForgotten(sql: TransactionSql, schoolId: string): Promise<number> {
  const [entry] = await sql<{ forgotten: number }[]>`
    select (new_values -> 'forgotten')::integer as forgotten from audit_log
    where school_id = ${schoolId} and entity_id = ${schoolId} and entity_type = 'audit_log' and action = 'DELETE'
    order by transaction_id desc
    limit 1`;
  return entry?.forgotten ?? 0;
}

async function readLinks(sql: TransactionSql, schoolId: string, after: number): Promise<Link[]> {
  const links = await sql<(Omit<Link, 'position'> & { position: string })[]>`
    select seal.position, seal.id, seal.timestamp as at, seal.is_late as "isLate", log.id is not null as "isThere",
      log.entity_type as "entityType", log.entity_id as "entityId", log.subject_id as "subjectId",
      seal.values_digest = sha256(seal.values_salt || convert_to(jsonb_build_array(log.old_values, log.new_values)::text, 'UTF8')) as "hasValues",
      seal.origin_digest = sha256(seal.origin_salt || convert_to(jsonb_build_array(log.ip_address, log.user_agent)::text, 'UTF8')) as "hasOrigin",
      log.old_values is null and log.new_values is null as "isBlank",
      log.timestamp < now() - interval '90 days' as "isOld",
      encode(seal.previous, 'hex') as previous, encode(seal.hash, 'hex') as hash,
      encode(sha256(seal.previous || convert_to(
        jsonb_build_array(log.school_id, log.id, extract(epoch from log.timestamp)::text, log.user_id, log.acted_as, log.action, log.entity_type,
          log.entity_id, log.subject_id)::text, 'UTF8') || seal.values_digest || seal.origin_digest), 'hex') as computed
    from audit_seals seal
    left join audit_log log on log.school_id = seal.school_id and log.transaction_id = seal.transaction_id and log.id = seal.id
    where seal.school_id = ${schoolId} and seal.position > ${after}
    order by seal.position
    limit ${linksAtATime}`;
  return links.map((link) => ({ ...link, position: Number(link.position) }));
}

/** Rows without a seal: those of transactions that the sealing has passed by were put in afterwards. */
async function readUnsealed(sql: TransactionSql, schoolId: string) {
  const rows = await sql<{ isInserted: boolean; id: string; entityType: string; entityId: string; at: Date; count: string }[]>`
    select coalesce(log.transaction_id < chain.sealed_below, false) as "isInserted", log.id, log.entity_type as "entityType",
      log.entity_id as "entityId", log.timestamp as at, count(*) over () as count
    from audit_log log
    left join audit_chains chain on chain.school_id = log.school_id
    where log.school_id = ${schoolId} and not exists (
      select from audit_seals seal
      where seal.school_id = log.school_id and seal.transaction_id = log.transaction_id and seal.id = log.id and seal.timestamp = log.timestamp)
    order by "isInserted" desc, log.timestamp
    limit 1`;
  const [first] = rows;
  return { inserted: first?.isInserted ? first : null, unsealed: Number(first?.count ?? 0) };
}
