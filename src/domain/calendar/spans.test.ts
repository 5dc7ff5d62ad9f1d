import { describe, expect, it } from 'vitest';
import { spansOf } from './spans.ts';

const closures = [
  { from: '2025-10-27', until: '2025-10-31' },
  { from: '2025-12-20', until: '2026-01-05' },
  { from: '2026-02-16', until: '2026-02-20' },
  { from: '2026-07-22', until: '2026-08-31' },
  { from: '2026-09-01', until: '2026-09-02' },
  { from: '2026-10-26', until: '2026-10-30' },
  // One INSET day parts nothing.
  { from: '2026-11-30', until: '2026-11-30' },
];
const ends = (spans: readonly { from: string; until: string }[]) => spans.map(({ from, until }) => `${from} ${until}`);

describe('spans of school time', () => {
  it('parts half-terms by a week without a school day', () => {
    expect(ends(spansOf('half_term', closures, '2026-09-01', '2026-12-02'))).toEqual(['2026-08-31 2026-10-25', '2026-11-02 2026-12-06']);
  });

  it('parts terms by a long holiday, and not by a half-term’s', () => {
    expect(ends(spansOf('term', closures, '2025-09-01', '2026-03-04'))).toEqual(['2025-09-01 2025-12-21', '2026-01-05 2026-03-08']);
  });

  it('parts years by the first of September', () => {
    expect(ends(spansOf('year', closures, '2025-09-01', '2026-11-25'))).toEqual(['2025-09-01 2026-07-26', '2026-08-31 2026-11-29']);
  });

  it('parts years in a school whose calendar knows of no holiday', () => {
    expect(ends(spansOf('year', [], '2026-06-01', '2026-10-01'))).toEqual(['2026-06-01 2026-09-06', '2026-09-07 2026-10-04']);
    expect(spansOf('term', [], '2026-06-01', '2026-10-01')).toHaveLength(2);
  });

  it('has every week from the first to the last, the holiday’s too', () => {
    const [term] = spansOf('term', closures, '2026-10-12', '2026-11-04');
    expect(term?.mondays).toEqual(['2026-10-12', '2026-10-19', '2026-10-26', '2026-11-02']);
  });

  it('is never without this week, and knows of none before the school has begun', () => {
    expect(ends(spansOf('half_term', closures, '2026-11-25', '2026-11-25'))).toEqual(['2026-11-23 2026-11-29']);
    expect(spansOf('half_term', closures, '2026-12-07', '2026-11-25')).toEqual([]);
    // In the holiday the half-term that was is the newest.
    expect(ends(spansOf('half_term', closures, '2026-09-01', '2026-10-28'))).toEqual(['2026-08-31 2026-10-25']);
  });
});
