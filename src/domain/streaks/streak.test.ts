import { describe, expect, test } from 'vitest';
import vectors from '../../../tests/vectors/streaks.json' with { type: 'json' };
import { streak, type StreakInput } from './streak.ts';

describe('the worked cases', () => {
  test.each(vectors.cases)('$name', (example) => {
    const result = streak({ ...(example as Omit<StreakInput, 'expectedDays'>), expectedDays: vectors.expectedDays });
    expect({ currentRun: result.currentRun, longestRun: result.longestRun }).toEqual({
      currentRun: example.currentRun,
      longestRun: example.longestRun,
    });
  });
});
