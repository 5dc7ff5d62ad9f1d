import { expect, test } from 'vitest';
import { createTurns } from './turns.ts';

test('so many at once, all in their order, and one that fails takes nobody’s turn', async () => {
  const inTurn = createTurns(2);
  let running = 0;
  let most = 0;
  const begun: number[] = [];
  const outcomes = await Promise.allSettled(
    Array.from({ length: 9 }, (_, turn) =>
      inTurn(async () => {
        begun.push(turn);
        most = Math.max(most, ++running);
        await new Promise((resolve) => setTimeout(resolve, 2));
        running--;
        if (turn % 3 === 0) throw new Error('failed');
        return turn;
      }),
    ),
  );
  expect(begun).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8]);
  expect(most).toBe(2);
  expect(outcomes.map(({ status }) => status)).toEqual(begun.map((turn) => (turn % 3 === 0 ? 'rejected' : 'fulfilled')));
});
