import { v7 as uuidv7 } from 'uuid';
import type { DeliveryTerms } from '#domain/delivery/protocol.ts';
import { schemaNumber, type Checkpoint, type PullPage, type PushResponse, type WireDocument } from '#domain/sync/protocol.ts';

export const demoPassword = 'streaks-demo';

/** The documented sign-ins of the demo schools. */
export const signIns = {
  admin: { school: 'oak-hill', email: 'admin@oak-hill.example', password: demoPassword },
  lead: { school: 'oak-hill', email: 'safeguarding@oak-hill.example', password: demoPassword },
  teacher: { school: 'oak-hill', email: 'teacher@oak-hill.example', password: demoPassword },
  teacher2: { school: 'oak-hill', email: 'teacher2@oak-hill.example', password: demoPassword },
  parent: { school: 'oak-hill', email: 'parent@oak-hill.example', password: demoPassword },
  maya: { classCode: 'WILLOW4', student: 'maya', pictures: [1, 5, 9] },
  leo: { classCode: 'ACORN1', student: 'leo', pictures: [2, 4, 6] },
  riversideAdmin: { school: 'riverside', email: 'admin@riverside.example', password: demoPassword },
  riversideLead: { school: 'riverside', email: 'safeguarding@riverside.example', password: demoPassword },
  riversideTeacher: { school: 'riverside', email: 'teacher@riverside.example', password: demoPassword },
} as const;

export interface SignedIn {
  readonly user: { readonly id: string; readonly schoolId: string; readonly kind: string; readonly displayName: string };
  readonly access: Readonly<Record<string, readonly string[]>>;
  readonly collections: readonly string[];
  readonly expiresAt: string;
  readonly delivery: DeliveryTerms;
}

export interface Answer<Body = unknown> {
  readonly status: number;
  readonly headers: Headers;
  readonly body: Body;
}

/** A request as a page of the app sends it. */
export async function send(
  url: string,
  path: string,
  { cookie, body, headers = {} }: { cookie?: string; body?: unknown; headers?: Record<string, string> } = {},
): Promise<Answer> {
  const response = await fetch(url + path, {
    method: body === undefined ? 'GET' : 'POST',
    headers: { ...(cookie !== undefined && { cookie }), ...(body !== undefined && { 'content-type': 'application/json' }), ...headers },
    ...(body !== undefined && { body: typeof body === 'string' ? body : JSON.stringify(body) }),
  });
  const text = await response.text();
  const isJson = response.headers.get('content-type')?.includes('json') ?? false;
  return { status: response.status, headers: response.headers, body: isJson ? JSON.parse(text) : text };
}

/** Somebody who has signed in, with what a device does. */
export class Person {
  readonly url: string;
  readonly cookie: string;
  readonly signedIn: SignedIn;
  /** That of the app (S28). */
  readonly schema: number;

  private constructor(url: string, cookie: string, signedIn: SignedIn, schema: number) {
    this.url = url;
    this.cookie = cookie;
    this.signedIn = signedIn;
    this.schema = schema;
  }

  static async signIn(url: string, credentials: object): Promise<Person> {
    const { status, headers, body } = await send(url, '/api/auth/sign-in', { body: credentials });
    if (status !== 200) throw new Error(`Sign-in answered ${String(status)}: ${JSON.stringify(body)}`);
    return new Person(url, headers.get('set-cookie')?.split(';')[0] ?? '', body as SignedIn, schemaNumber);
  }

  /** The same person with an app of another age. */
  withApp(schema: number): Person {
    return new Person(this.url, this.cookie, this.signedIn, schema);
  }

  get id(): string {
    return this.signedIn.user.id;
  }

  send(path: string, body?: unknown, headers: Record<string, string> = {}): Promise<Answer> {
    return send(this.url, path, { cookie: this.cookie, body, headers });
  }

  /** One page of one collection. */
  async pull(collection: string, checkpoint: Checkpoint | null = null, limit?: number): Promise<PullPage> {
    const { body } = await this.send('/api/sync/pull', {
      schema: this.schema,
      collections: { [collection]: { checkpoint, ...(limit !== undefined && { limit }) } },
    });
    return (body as { collections: Record<string, PullPage> }).collections[collection] as PullPage;
  }

  /** All pages from `checkpoint` on. */
  async pullAll(
    collection: string,
    checkpoint: Checkpoint | null = null,
    limit = 2000,
  ): Promise<{ documents: WireDocument[]; checkpoint: Checkpoint; pages: PullPage[] }> {
    const pages: PullPage[] = [];
    let position = checkpoint;
    for (;;) {
      const page = await this.pull(collection, position, limit);
      pages.push(page);
      position = page.checkpoint;
      if (page.isCaughtUp) return { documents: pages.flatMap(({ documents }) => documents), checkpoint: page.checkpoint, pages };
    }
  }

  async push(
    collection: string,
    rows: readonly { newDocumentState: object; assumedMasterState?: object | null }[],
    more: object = {},
  ): Promise<PushResponse> {
    const { status, body } = await this.send('/api/sync/push', { schema: this.schema, collection, rows, ...more });
    if (status !== 200) throw new Error(`Push answered ${String(status)}: ${JSON.stringify(body)}`);
    return body as PushResponse;
  }
}

export function newId(): string {
  return uuidv7();
}

/** A completion as a device writes it. */
export function completion(studentId: string, clubId: string, fields: object = {}) {
  return {
    id: newId(),
    version: 0,
    studentId,
    clubId,
    taskId: null,
    previousAttemptId: null,
    completionDate: new Date().toISOString().slice(0, 10),
    evidenceKind: 'written',
    writtenWork: 'Seven eights are fifty-six.',
    evidenceIds: [],
    minutes: 12,
    feeling: 'ok',
    activity: null,
    capturedAt: '2026-01-01T08:30:00.000Z',
    clockOffsetMs: null,
    _deleted: false,
    ...fields,
  };
}

/** A review as a teacher's device writes it. */
export function review(completionOf: { id: string; studentId: string }, reviewerId: string, fields: object = {}) {
  return {
    id: newId(),
    version: 0,
    studentId: completionOf.studentId,
    completionId: completionOf.id,
    reviewerId,
    verdict: 'approved',
    restores: null,
    comment: 'Lovely work.',
    voiceId: null,
    sticker: null,
    star: false,
    capturedAt: '2026-01-01T09:30:00.000Z',
    _deleted: false,
    ...fields,
  };
}
