import { describe, expect, it } from 'vitest';
import { aChild } from '$lib/records/testing.ts';
import { pageAddress, readPageAddress } from './half-term-page.ts';

describe('a half-term on one page', () => {
  it('has an address that brings it back', () => {
    const child = aChild(9001);
    const { searchParams } = new URL(pageAddress(child, '2026-11-02'), 'https://school.example');
    expect(readPageAddress(searchParams)).toEqual({ child: child.studentId, from: '2026-11-02' });
    expect(readPageAddress(new URL(pageAddress(child), 'https://school.example').searchParams).from).toBeNull();
  });
});
