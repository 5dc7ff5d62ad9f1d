import { must } from '#domain/must.ts';
import { decide, type Decision, type Master, type Rules } from '#server/sync/push-decision.ts';
import { Transactions, type Content, type Grant, type IndexRow, type Write } from './transactions.ts';

/** A document on its way to a device; a tombstone without content. */
export interface Delivered {
  readonly id: string;
  readonly version: number;
  readonly content: Content | null;
}

export interface PushedRow {
  readonly id: string;
  /** Null to take it away. */
  readonly own: Content | null;
  readonly assumed: Content | null;
}

export interface PushAnswer {
  readonly conflicts: readonly Delivered[];
  readonly rejected: ReadonlySet<string>;
}

const rules: Rules = { fields: ['scope', 'words', 'minutes'], isAppendOnly: false, scopeFields: ['scope'] };

/** The server of one school: what people write, who may see it, and what a push makes of it. */
export class ModelSchool extends Transactions {
  /** What was refused, kept once however often it is sent (S15). */
  refused = new Set<string>();

  openGrant(user: string, scope: string): Grant | undefined {
    return this.grants.find((grant) => grant.user === user && grant.scope === scope && grant.toVersion === null);
  }

  everGranted(user: string, scope: string): boolean {
    return this.grants.some((grant) => grant.user === user && grant.scope === scope);
  }

  /** What this person may read now. */
  visible(user: string): IndexRow[] {
    return Array.from(this.index.values()).filter(({ isDeleted, content }) => !isDeleted && this.openGrant(user, content.scope));
  }

  /** Opens what the person is to see, closes what not, in one transaction. */
  grant(user: string, scopes: readonly string[], all: readonly string[]): void {
    const changed = all.filter((scope) => scopes.includes(scope) !== (this.openGrant(user, scope) !== undefined));
    if (changed.length === 0) return;
    const tick = this.tick();
    for (const scope of changed) {
      const open = this.openGrant(user, scope);
      if (open) open.toVersion = tick;
      else this.grants.push({ user, scope, fromVersion: tick, toVersion: null });
    }
  }

  /** One transaction a batch, each row by itself (S13, S14). */
  push(user: string, rows: readonly PushedRow[]): PushAnswer {
    const conflicts: Delivered[] = [];
    const rejected = new Set<string>();
    const writes: Write[] = [];
    for (const row of rows) {
      const decision = this.#decide(user, row);
      if (decision.kind === 'unchanged') continue;
      if (decision.kind === 'reject') {
        rejected.add(row.id);
        this.refused.add(JSON.stringify(row));
      }
      if (decision.kind === 'reject' || decision.kind === 'conflict') conflicts.push(this.#masterState(user, row.id));
      else writes.push({ id: row.id, content: row.own });
    }
    if (writes.length > 0) this.commit({ startedAt: this.now, writes });
    return { conflicts, rejected };
  }

  #decide(user: string, { id, own, assumed }: PushedRow): Decision {
    const standing = this.index.get(id);
    const master = this.#master(user, standing);
    const row = { id, isDeleted: own === null, content: { ...own }, assumed: assumed && { ...assumed } };
    const decision = decide(row, master, rules);
    if (own && decision.kind === 'unchanged' && this.variant === 'no comparison') return { kind: 'update' };
    if (decision.kind !== 'insert' && decision.kind !== 'update') return decision;
    // An id that is taken where the person does not see it is as good as one that is not allowed.
    const isTaken = decision.kind === 'insert' && standing !== undefined;
    return isTaken || !this.openGrant(user, must(own, 'what is written has content').scope)
      ? { kind: 'reject', code: 'not_allowed' }
      : decision;
  }

  #master(user: string, row: IndexRow | undefined): Master {
    if (!row || !this.openGrant(user, row.content.scope)) return { state: 'absent' };
    const document = { ...row.content, id: row.id, version: row.version, _deleted: row.isDeleted };
    return row.isDeleted ? { state: 'deleted', tombstone: document } : { state: 'present', document };
  }

  #masterState(user: string, id: string): Delivered {
    const row = this.index.get(id);
    const isShown = row && !row.isDeleted && (this.variant === 'conflicts show everything' || this.openGrant(user, row.content.scope));
    return isShown ? { id, version: row.version, content: row.content } : { id, version: 0, content: null };
  }
}
