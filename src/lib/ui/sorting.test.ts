import { describe, expect, it } from 'vitest';
import { pressHead, readSorted, writeSorted, type Sorted, type Sorting } from './sorting.ts';

type Column = 'name' | 'since';
const sorting: Sorting<Column> = { firstDirection: { name: 'ascending', since: 'descending' }, usual: 'name', name: 'sort' };
const second: Sorting<Column> = { ...sorting, name: 'people' };
const read = (address: string, by = sorting) => readSorted(new URLSearchParams(address), by);

describe('how a list is sorted', () => {
  it('turns round when the same head is pressed again, and begins with what says most at another', () => {
    const since = pressHead({ sort: 'name', direction: 'ascending' }, 'since', sorting);
    expect(since).toEqual({ sort: 'since', direction: 'descending' });
    expect(pressHead(since, 'since', sorting)).toEqual({ sort: 'since', direction: 'ascending' });
    expect(pressHead({ sort: 'since', direction: 'ascending' }, 'name', sorting)).toEqual({ sort: 'name', direction: 'ascending' });
  });

  it('is restored by its address, of which the usual is left out', () => {
    const all: Sorted<Column>[] = (['name', 'since'] as const).flatMap((sort) =>
      (['ascending', 'descending'] as const).map((direction) => ({ sort, direction })),
    );
    for (const sorted of all) {
      const parameters = new URLSearchParams();
      writeSorted(parameters, sorted, sorting);
      expect(readSorted(parameters, sorting)).toEqual(sorted);
    }
    const turned = new URLSearchParams();
    writeSorted(turned, { sort: 'since', direction: 'ascending' }, sorting);
    expect(turned.toString()).toBe('sort=since&direction=ascending');
    const usual = new URLSearchParams();
    writeSorted(usual, { sort: 'name', direction: 'ascending' }, sorting);
    expect(usual.toString()).toBe('');
  });

  it('stays the usual at an address that says nonsense', () => {
    expect(read('sort=toString&direction=sideways')).toEqual({ sort: 'name', direction: 'ascending' });
  });

  it('does not take the order of another list of the same screen for its own', () => {
    expect(read('people=since', second)).toEqual({ sort: 'since', direction: 'descending' });
    expect(read('people=since&people-direction=ascending')).toEqual({ sort: 'name', direction: 'ascending' });
    expect(read('sort=since&direction=ascending', second)).toEqual({ sort: 'name', direction: 'ascending' });
  });
});
