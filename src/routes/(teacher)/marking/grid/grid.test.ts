import { v7 as uuidv7 } from 'uuid';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { aChild, aClub, aCompletion, aPiece, aTask, idOf, joined } from '$lib/records/testing.ts';
import type { Piece } from '$lib/records/pieces.ts';
import { TestDevice } from '$lib/sync/testing/device.ts';
import { ModelServer } from '$lib/sync/testing/model-server.ts';
import { buildTasks } from '../../tasks/task-list.ts';
import { Approvals } from './approvals.ts';
import { approvalsOf, between, buildTiles, isWaiting, stepTo, withoutPhoto, type GridView } from './grid.ts';
import { readAddress, writeAddress } from './grid-address.ts';
import { gridTable } from './grid-table.ts';

const children = Array.from({ length: 30 }, (_, index) =>
  aChild(9001 + index, { displayName: `Child ${String(index + 1).padStart(2, '0')}`, firstName: 'Child' }),
);
const childrenById = new Map<string, (typeof children)[number]>(children.map((child) => [child.studentId, child]));
const titleOf = (piece: Piece) => piece.club?.name ?? '';
const everything = { groupId: null, clubId: null, classId: null, find: '' };
const pieceOf = (number: number, student: number, fields: Partial<Piece> = {}, of: object = {}) =>
  aPiece(number, { completion: aCompletion(number, { studentId: idOf(student), ...of }), ...fields });
const tilesOf = (pieces: readonly Piece[], view: Partial<GridView> = {}, approved = new Set<string>()) =>
  buildTiles({ pieces, childrenById, task: null, approved, titleOf }, { ...everything, ...view });

describe('the grid', () => {
  it('has a tile for each piece that waits, by child, and keeps what was approved in this visit', () => {
    const pieces = [
      pieceOf(3, 9003),
      pieceOf(1, 9001),
      pieceOf(2, 9001),
      pieceOf(4, 9002, { status: 'approved' }),
      pieceOf(5, 9004, { status: 'approved' }),
      pieceOf(6, 9005, { isAnswered: true }),
    ];
    const tiles = tilesOf(pieces, {}, new Set([idOf(4)]));
    expect(tiles.map(({ id, state }) => [id, state])).toEqual([
      [idOf(1), 'waiting'],
      [idOf(2), 'waiting'],
      [idOf(4), 'approved'],
      [idOf(3), 'waiting'],
    ]);
  });

  it('has a tile for each child of a task, also who has not handed in', () => {
    const pieces = [pieceOf(1, 9001, {}, { taskId: idOf(50) }), pieceOf(2, 9002, { status: 'returned' }, { taskId: idOf(50) })];
    const [task] = buildTasks({
      tasks: [aTask(50)],
      children,
      pieces,
      clubsById: new Map([[idOf(8001), aClub()]]),
      today: '2026-11-25',
    });
    const tiles = buildTiles({ pieces, childrenById, task: task ?? null, approved: new Set(), titleOf }, everything);
    expect(tiles).toHaveLength(30);
    expect(tiles.slice(0, 3).map(({ state }) => state)).toEqual(['waiting', 'returned', 'not_yet']);
    expect(tiles.filter(isWaiting)).toHaveLength(1);
    const [head, ...lines] = gridTable(tiles, () => '4 Willow');
    expect(lines).toHaveLength(30);
    expect(lines[0]).toEqual(['Child 01', '4 Willow', 'Task 50', 'Waiting', '2026-11-23', 'Written']);
    expect(lines[2]).toEqual(['Child 03', '4 Willow', 'Task 50', 'Not yet', '', '']);
    expect(head).toHaveLength(6);
    const known = { pieces, childrenById, task: task ?? null, approved: new Set<string>(), titleOf };
    expect(buildTiles(known, { ...everything, find: '07 child' }).map(({ child }) => child.displayName)).toEqual(['Child 07']);
  });

  it('is searched by name and by what was handed in', () => {
    const tiles = (find: string) => tilesOf([pieceOf(1, 9001), pieceOf(2, 9012)], { find }).map(({ id }) => id);
    expect(tiles('CHILD 12')).toEqual([idOf(2)]);
    expect(tiles('nobody')).toEqual([]);
    expect(tiles('')).toHaveLength(2);
  });

  it('chooses a range, and what has no photo, of what waits alone', () => {
    const tiles = tilesOf(
      [
        pieceOf(1, 9001, {}, { evidenceKind: 'photo', writtenWork: null }),
        pieceOf(2, 9002),
        pieceOf(3, 9003, { status: 'approved' }),
        pieceOf(4, 9004, {}, { evidenceKind: 'show_in_class', writtenWork: null }),
      ],
      {},
      new Set([idOf(3)]),
    );
    expect(between(tiles, idOf(4), idOf(2)).map(({ id }) => id)).toEqual([idOf(2), idOf(4)]);
    expect(between(tiles, null, idOf(2)).map(({ id }) => id)).toEqual([idOf(2)]);
    expect(withoutPhoto(tiles).map(({ id }) => id)).toEqual([idOf(2), idOf(4)]);
  });

  it('approves nothing that is out of sight, marked already or not chosen', () => {
    const pieces = [
      pieceOf(1, 9001),
      pieceOf(2, 9002),
      pieceOf(3, 9003, { status: 'approved' }),
      pieceOf(4, 9004, {}, { clubId: idOf(8002) }),
    ];
    const all = new Set([1, 3, 4].map(idOf));
    expect(approvalsOf(tilesOf(pieces, { clubId: idOf(8001) }, new Set([idOf(3)])), all)).toEqual([
      { completionId: idOf(1), studentId: idOf(9001), verdict: 'approved' },
    ]);
  });

  it('is walked through by the arrow keys and no further than its edges', () => {
    expect(['ArrowRight', 'ArrowLeft', 'ArrowDown', 'ArrowUp', 'Home', 'End'].map((key) => stepTo(key, 7, 30, 6))).toEqual([
      8, 6, 13, 1, 0, 29,
    ]);
    expect([stepTo('ArrowUp', 2, 30, 6), stepTo('ArrowDown', 29, 30, 6), stepTo('ArrowLeft', 0, 30, 6)]).toEqual([2, 29, 0]);
    expect(stepTo('a', 2, 30, 6)).toBeNull();
  });

  it('is restored by its address', () => {
    const view = { groupId: 'g', clubId: 'c', classId: 'k', find: 'ann' };
    expect(readAddress(new URLSearchParams(writeAddress(view)))).toEqual(view);
    expect(writeAddress(everything)).toBe('');
  });
});

describe('approving thirty in one press, offline', () => {
  const owner = { schoolId: uuidv7(), userId: uuidv7() };
  let device: TestDevice;
  beforeAll(async () => {
    device = await new TestDevice({ owner, fetch: new ModelServer().fetch }).open();
    await device.homework.logAll(
      children.flatMap(({ studentId }) => {
        const of = { studentId, clubId: aCompletion(1).clubId, evidenceKind: 'show_in_class' as const, completionDate: '2026-11-24' };
        return [of, of];
      }),
    );
  });
  afterAll(() => device.dispose());

  const reviews = () => device.database.find('reviews');
  async function grid() {
    const pieces = joined({ completions: await device.database.find('completions'), reviews: await reviews() });
    return tilesOf(pieces);
  }

  it('makes one review a piece that was chosen and no other, and takes exactly these back', async () => {
    const approvals = new Approvals({
      reviewAll: (given) => device.homework.reviewAll(given),
      undoReviews: (given) => device.homework.undoReviews(given),
    });
    const tiles = await grid();
    expect(tiles.filter(isWaiting)).toHaveLength(60);
    // The first of each child's two.
    const chosen = new Set(tiles.filter((_, index) => index % 2 === 0).map(({ id }) => id));
    await approvals.give(approvalsOf(tiles, chosen));
    const given = await reviews();
    expect(new Set(given.map(({ completionId }) => completionId as string))).toEqual(chosen);
    expect(given).toHaveLength(30);
    for (const one of given) {
      expect(one).toMatchObject({ verdict: 'approved', reviewerId: owner.userId, comment: null, restores: null, star: false });
      expect(tiles.find(({ id }) => id === one.completionId)?.child.studentId).toBe(one.studentId);
    }
    expect((await grid()).filter(isWaiting)).toHaveLength(30);

    // One more press after it: each is taken back by itself.
    const [next] = (await grid()).filter(isWaiting);
    await approvals.give(approvalsOf(await grid(), new Set([next?.id ?? ''])));
    expect(await approvals.undo()).toEqual([next?.id]);
    expect(new Set(await approvals.undo())).toEqual(chosen);
    const restored = (await reviews()).filter(({ verdict }) => verdict === 'restored');
    expect(restored).toHaveLength(31);
    expect(
      new Set(restored.map(({ restores }) => restores as string | null)).isSupersetOf(new Set(given.map(({ id }) => id as string))),
    ).toBe(true);
    expect((await grid()).filter(isWaiting)).toHaveLength(60);
    expect(await approvals.undo()).toEqual([]);
    expect(await reviews()).toHaveLength(62);
  });

  it('gives nothing, and has nothing to take back, where the device cannot keep it', async () => {
    const approvals = new Approvals({ reviewAll: () => Promise.reject(new Error('No room.')), undoReviews: () => Promise.resolve() });
    const tiles = await grid();
    await expect(approvals.give(approvalsOf(tiles, new Set(tiles.map(({ id }) => id))))).rejects.toThrow('No room.');
    expect(await approvals.undo()).toEqual([]);
  });
});
