import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { usualTimes } from '#server/sync/hub.ts';
import { startTestServer, type TestServer } from '../setup/server.ts';
import { completion, Person, review, send, signIns } from './person.ts';

let server: TestServer;
let club: string;
beforeAll(async () => {
  server = await startTestServer({ hubTimes: { ...usualTimes, heartbeat: 200 } });
  const { documents } = await (await Person.signIn(server.url, signIns.maya)).pullAll('school');
  club = String(documents.find(({ kind }) => kind === 'club')?.id);
});
afterAll(() => server.stop());

const open = new Set<Stream>();
afterEach(() => {
  for (const stream of open) stream.close();
});

/** A live stream as a device holds it. */
class Stream {
  readonly pokes: number[] = [];
  heartbeats = 0;
  isEnded = false;
  readonly #abort = new AbortController();

  static async of(person: Person, url = server.url): Promise<Stream> {
    const stream = new Stream();
    const response = await fetch(`${url}/api/sync/stream`, {
      headers: { cookie: person.cookie, accept: 'text/event-stream' },
      signal: stream.#abort.signal,
    });
    if (!response.ok || !response.body) throw new Error(`The stream answered ${String(response.status)}`);
    expect(response.headers.get('content-type')).toBe('text/event-stream');
    expect(response.headers.get('cache-control')).toBe('no-store, no-transform');
    open.add(stream);
    void stream.#read(response.body);
    await expect.poll(() => stream.pokes.length).toBe(1);
    return stream;
  }

  async #read(body: ReadableStream<Uint8Array>): Promise<void> {
    let text = '';
    try {
      for await (const piece of body) {
        text += Buffer.from(piece).toString();
        const events = text.split('\n\n');
        text = events.pop() ?? '';
        for (const event of events) {
          if (event.startsWith('event: heartbeat')) this.heartbeats++;
          else if (event.startsWith('event: poke'))
            this.pokes.push((JSON.parse(event.split('data: ')[1] ?? '') as { version: number }).version);
        }
      }
    } catch {
      // Cut off: as good as ended.
    }
    this.isEnded = true;
    open.delete(this);
  }

  close(): void {
    this.#abort.abort();
  }
}

const signIn = (who: keyof typeof signIns) => Person.signIn(server.url, signIns[who]);
const log = (child: Person) => child.push('completions', [{ newDocumentState: completion(child.id, club) }]);

/** Long enough that a poke which is wrongly sent would have come, by the clock poll too. */
const quiet = () => new Promise((resolve) => setTimeout(resolve, 1500));

describe('S18: the live stream', () => {
  test('says at once where the clock stands, and beats', async () => {
    const stream = await Stream.of(await signIn('maya'));
    expect(stream.pokes[0]).toBeGreaterThan(0);
    await expect.poll(() => stream.heartbeats).toBeGreaterThan(1);
  });

  test('pokes those whom a change concerns, within a moment, and nobody else', async () => {
    const [maya, leo, teacher, parent, riverside] = (await Promise.all(
      (['maya', 'leo', 'teacher', 'parent', 'riversideTeacher'] as const).map(signIn),
    )) as [Person, Person, Person, Person, Person];
    const [ofMaya, ofLeo, ofTeacher, ofParent, ofRiverside] = (await Promise.all(
      [maya, leo, teacher, parent, riverside].map((person) => Stream.of(person)),
    )) as [Stream, Stream, Stream, Stream, Stream];
    await quiet();
    const before = [ofMaya, ofLeo, ofTeacher, ofParent, ofRiverside].map(({ pokes }) => pokes.length);
    await log(maya);
    await expect
      .poll(() =>
        [ofMaya.pokes.length, ofTeacher.pokes.length, ofParent.pokes.length].every(
          (count, index) => count > (before[[0, 2, 3][index] ?? 0] ?? 0),
        ),
      )
      .toBe(true);
    await quiet();
    expect([ofLeo.pokes.length, ofRiverside.pokes.length]).toEqual([before[1], before[4]]);
  });

  test('reaches a teacher with what a child wrote, and the child with the mark', async () => {
    const [maya, teacher] = await Promise.all([signIn('maya'), signIn('teacher')]);
    const { checkpoint } = await teacher.pullAll('completions');
    const [ofMaya, ofTeacher] = await Promise.all([Stream.of(maya), Stream.of(teacher)]);
    const work = completion(maya.id, club);
    await maya.push('completions', [{ newDocumentState: work }]);
    await expect.poll(() => ofTeacher.pokes.length).toBeGreaterThan(1);
    expect((await teacher.pullAll('completions', checkpoint)).documents.map(({ id }) => id)).toContain(work.id);
    const reviews = await maya.pullAll('reviews');
    const heard = ofMaya.pokes.length;
    await teacher.push('reviews', [{ newDocumentState: review(work, teacher.id) }]);
    await expect.poll(() => ofMaya.pokes.length).toBeGreaterThan(heard);
    expect((await maya.pullAll('reviews', reviews.checkpoint)).documents).toHaveLength(1);
  });

  test('reaches another process, and hears of SQL by hand', async () => {
    const another = await server.another();
    const maya = await signIn('maya');
    const stream = await Stream.of(maya, another.url);
    await quiet();
    const before = stream.pokes.length;
    await log(maya);
    await expect.poll(() => stream.pokes.length, { timeout: 3000 }).toBeGreaterThan(before);
    await quiet();
    const settled = stream.pokes.length;
    await server.sql`update students set avatar = 'owl-2' where id = ${maya.id}`;
    await expect.poll(() => stream.pokes.length, { timeout: 3000 }).toBeGreaterThan(settled);
    await another.stop();
  });

  test('follows a change of rights: who gains a class hears of it, and of what happens there from then on', async () => {
    const [leo, teacher] = await Promise.all([signIn('leo'), signIn('teacher')]);
    const stream = await Stream.of(teacher);
    await quiet();
    const before = stream.pokes.length;
    const [acorn] = await server.sql`select class_id from class_students where student_id = ${leo.id} limit 1`;
    const school = teacher.signedIn.user.schoolId;
    await server.sql`insert into teacher_classes (school_id, id, class_id, teacher_id) values (${school}, gen_random_uuid(), ${acorn?.['class_id'] as string}, ${teacher.id})`;
    await expect.poll(() => stream.pokes.length, { timeout: 5000 }).toBeGreaterThan(before);
    await quiet();
    const granted = stream.pokes.length;
    await log(leo);
    await expect.poll(() => stream.pokes.length, { timeout: 3000 }).toBeGreaterThan(granted);
    await server.sql`delete from teacher_classes where teacher_id = ${teacher.id} and class_id = ${acorn?.['class_id'] as string}`;
    await quiet();
    const revoked = stream.pokes.length;
    await log(leo);
    await quiet();
    expect(stream.pokes.length).toBe(revoked);
  });

  test('ends at once with signing out, and within five seconds of a suspension', async () => {
    const [leaving, suspended] = await Promise.all([signIn('teacher2'), signIn('parent')]);
    const [first, second] = await Promise.all([Stream.of(leaving), Stream.of(suspended)]);
    await send(server.url, '/api/auth/sign-out', { cookie: leaving.cookie, body: {} });
    await expect.poll(() => first.isEnded, { timeout: 500 }).toBe(true);
    expect(second.isEnded).toBe(false);
    await server.sql`update users set status = 'suspended' where id = ${suspended.id}`;
    await expect.poll(() => second.isEnded, { timeout: 5000 }).toBe(true);
    await server.sql`update users set status = 'active' where id = ${suspended.id}`;
  });

  test('opens three times for a user, and a fourth time once one has closed', async () => {
    const leo = await signIn('leo');
    const streams = [await Stream.of(leo), await Stream.of(leo), await Stream.of(leo)];
    const { status, body, headers } = await leo.send('/api/sync/stream');
    expect([status, headers.get('retry-after')]).toEqual([429, '30']);
    expect(body).toMatchObject({ code: 'too_many_streams' });
    streams[0]?.close();
    await expect.poll(async () => (await Stream.of(leo).catch(() => null)) !== null, { interval: 100 }).toBe(true);
  });
});
