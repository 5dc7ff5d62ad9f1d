import { describe, expect, it } from 'vitest';
import { garlandPlan } from './garland.ts';

describe('the garland', () => {
  it('has one leaf a day until the ring is full', () => {
    for (let run = 0; run <= 36; run++) expect(garlandPlan(run).leaves).toHaveLength(run);
  });

  it('never puts two leaves in one place', () => {
    const places = garlandPlan(36).leaves.map((leaf) => `${leaf.angle} ${leaf.isInner}`);
    expect(new Set(places).size).toBe(36);
  });

  it('marks the newest leaf and keeps at most two places open', () => {
    const plan = garlandPlan(16);
    expect(plan.leaves.findIndex((leaf) => leaf.isNewest)).toBe(15);
    expect(plan.openings).toHaveLength(2);
    expect(garlandPlan(36).openings).toHaveLength(0);
  });

  it('goes on with berries, and is full after 54 days', () => {
    expect(garlandPlan(40).berries).toHaveLength(4);
    expect(garlandPlan(500)).toMatchObject({ berries: { length: 18 }, leaves: { length: 36 } });
  });
});
