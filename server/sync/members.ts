/** A live stream's way to its device. */
export interface Connection {
  readonly schoolId: string;
  readonly userId: string;
  readonly sessionId: string;
  poke(version: number): void;
  heartbeat(): void;
  close(): void;
}

interface Bucket {
  readonly key: string;
  readonly readers: Set<Member>;
}

/** One live stream. */
export interface Member {
  readonly connection: Connection;
  /** Buckets that it may read, as far as they are known. */
  buckets: readonly Bucket[];
  /** How often they have been asked for. */
  readings: number;
}

const nobody: ReadonlySet<Member> = new Set();

/** The live streams of one school, by the buckets that they may read: a change finds those whom it concerns without asking all. */
export class Members implements Iterable<Member> {
  readonly #all = new Set<Member>();
  readonly #byUser = new Map<string, Set<Member>>();
  readonly #unread = new Set<Member>();
  readonly #buckets = new Map<string, Bucket>();

  get size(): number {
    return this.#all.size;
  }

  [Symbol.iterator](): Iterator<Member> {
    return this.#all.values();
  }

  add(connection: Connection): Member {
    const member: Member = { connection, buckets: [], readings: 0 };
    this.#all.add(member);
    const own = this.#byUser.get(connection.userId) ?? new Set();
    this.#byUser.set(connection.userId, own.add(member));
    return member;
  }

  remove(member: Member): void {
    this.#forget(member);
    this.#unread.delete(member);
    this.#all.delete(member);
    const { userId } = member.connection;
    this.#byUser.get(userId)?.delete(member);
    if (this.#byUser.get(userId)?.size === 0) this.#byUser.delete(userId);
  }

  /**
   * What it may read has to be read; until then it is told of everything.
   *
   * @returns takes what was found; of two that are under way the later one counts
   */
  read(member: Member): (keys: ReadonlySet<string>) => void {
    this.#forget(member);
    this.#unread.add(member);
    const reading = ++member.readings;
    return (keys) => {
      // Who has left meanwhile reads nothing any more.
      if (member.readings !== reading || !this.#all.has(member)) return;
      this.#unread.delete(member);
      member.buckets = Array.from(keys, (key) => this.#bucket(key));
      for (const { readers } of member.buckets) readers.add(member);
    };
  }

  /** Whom a change of these buckets concerns. Who is not known well enough is told once too often rather than once too seldom. */
  concernedBy(keys: readonly string[]): Set<Member> {
    const concerned = new Set(this.#unread);
    for (const key of keys) for (const member of this.#buckets.get(key)?.readers ?? []) concerned.add(member);
    return concerned;
  }

  /** The streams of one person. */
  of(userId: string): ReadonlySet<Member> {
    return this.#byUser.get(userId) ?? nobody;
  }

  #forget(member: Member): void {
    for (const { key, readers } of member.buckets) {
      readers.delete(member);
      if (readers.size === 0) this.#buckets.delete(key);
    }
    member.buckets = [];
  }

  #bucket(key: string): Bucket {
    const standing = this.#buckets.get(key) ?? { key, readers: new Set() };
    this.#buckets.set(key, standing);
    return standing;
  }
}
