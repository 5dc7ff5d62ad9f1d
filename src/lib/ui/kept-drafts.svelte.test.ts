import { IDBFactory, IDBKeyRange } from 'fake-indexeddb';
import { flushSync } from 'svelte';
import * as v from 'valibot';
import { v7 as uuidv7 } from 'uuid';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { openData } from '../data/current.svelte.ts';
import { DeviceStore } from '../data/device-store.ts';
import { readDraft, writeDraft } from '../data/drafts.ts';
import { ownerKey } from '../data/owner.ts';
import { createKey } from '../data/sealing/seal.ts';
import { KeptChange } from './kept-change.svelte.ts';
import { KeptDraft } from './kept-draft.svelte.ts';

const text = v.string();
type Kept = KeptDraft<typeof text> | KeptChange<typeof text>;

let device: DeviceStore;

/** As when somebody signs in; null locks the device. */
async function signIn(userId: string | null): Promise<void> {
  const store = userId === null ? null : device.of(ownerKey({ schoolId: uuidv7(), userId }), await createKey());
  Object.assign(openData, { current: store === null ? null : { store, kind: 'teacher' } });
}

beforeEach(async () => {
  const indexedDB = new IDBFactory();
  vi.stubGlobal('indexedDB', indexedDB);
  device = new DeviceStore({ dexie: { indexedDB, IDBKeyRange } });
  await signIn(uuidv7());
});
afterEach(() => {
  Object.assign(openData, { current: null });
  device.close();
  vi.unstubAllGlobals();
});

/** A form with one field, until it is closed. */
class Form<Keeper extends Kept> {
  readonly kept: Keeper;
  written = $state('');
  readonly close: () => void;

  constructor(kept: Keeper, first = '') {
    this.kept = kept;
    this.written = first;
    this.close = $effect.root(() => {
      kept.follow(
        () => this.written,
        (begun) => (this.written = begun),
      );
    });
    flushSync();
  }

  write(words: string): void {
    this.written = words;
    flushSync();
  }
}

const draftForm = (key = 'task') => new Form(new KeptDraft(key, text, (words) => words.trim() === ''));
const changeForm = (stands: string) => new Form(new KeptChange('task/1', text, stands), stands);
const kept = (key: string) => expect.poll(() => readDraft(key));

/** The device has told the form what it holds: it answers one after the other. */
const answered = async () => {
  await readDraft('something else');
  await Promise.resolve();
  flushSync();
};

/** What is kept after a moment is. */
const settled = () => new Promise((resolve) => setTimeout(resolve, 500));

describe('what is being written', () => {
  it('is there again once the form was closed by mistake, and where the device was locked meanwhile', async () => {
    const first = draftForm();
    await answered();
    first.write('Read aloud');
    first.close();
    await kept('task').toBe('Read aloud');
    const { current } = openData;
    await signIn(null);
    const locked = draftForm();
    await answered();
    expect(locked.written).toBe('');
    locked.close();
    Object.assign(openData, { current });
    const second = draftForm();
    await expect.poll(() => second.written).toBe('Read aloud');
    second.close();
  });

  it('is kept after a moment without anything being closed', async () => {
    const form = draftForm();
    await answered();
    form.write('Read aloud');
    await kept('task').toBe('Read aloud');
    form.close();
  });

  it('never takes the place of what was typed before the device had answered', async () => {
    await writeDraft('task', 'from yesterday');
    const form = draftForm();
    form.write('from today');
    await settled();
    expect(form.written).toBe('from today');
    await kept('task').toBe('from today');
    form.close();
  });

  it('is kept for each thing and for each person by itself', async () => {
    await writeDraft('task', 'mine');
    const other = draftForm('badge');
    await answered();
    expect(other.written).toBe('');
    other.close();
    await signIn(uuidv7());
    const somebodyElses = draftForm();
    await answered();
    expect(somebodyElses.written).toBe('');
    somebodyElses.close();
  });

  it('is gone once it is sent, though a moment’s keeping was still to come', async () => {
    const form = draftForm();
    await answered();
    form.write('Read aloud');
    await kept('task').toBe('Read aloud');
    form.write('Read aloud to somebody');
    await form.kept.finish();
    form.close();
    await settled();
    expect(await readDraft('task')).toBeUndefined();
  });

  it('is gone once it is sent, though it is just being kept', async () => {
    const form = draftForm();
    await answered();
    form.write('Read aloud');
    form.kept.flush();
    await form.kept.finish();
    form.close();
    expect(await readDraft('task')).toBeUndefined();
  });

  it('does not come back once it was emptied', async () => {
    await writeDraft('task', 'Read aloud');
    const form = draftForm();
    await expect.poll(() => form.written).toBe('Read aloud');
    form.write('');
    await kept('task').toBeUndefined();
    form.close();
  });

  it('is left where an older app kept what this one does not know', async () => {
    await writeDraft('task', { words: 'Read aloud' });
    const form = draftForm();
    await answered();
    expect(form.written).toBe('');
    form.close();
    expect(await readDraft('task')).toEqual({ words: 'Read aloud' });
  });
});

describe('what is being changed', () => {
  /** A change that was begun and closed. */
  async function begin(stands: string, words: string): Promise<void> {
    const form = changeForm(stands);
    await answered();
    form.write(words);
    form.close();
    await kept('task/1').toMatchObject({ draft: words });
  }

  it('is there again where the thing still stands as it stood', async () => {
    await begin('Fractions', 'Fractions and halves');
    const form = changeForm('Fractions');
    await expect.poll(() => form.written).toBe('Fractions and halves');
    expect(form.kept.outdated).toBeNull();
    form.close();
  });

  it('does not go over what somebody else has changed meanwhile, and waits to be asked for, though the form is closed', async () => {
    await begin('Fractions', 'Fractions and halves');
    for (const _ of ['shown', 'closed and shown again']) {
      const form = changeForm('Decimals');
      await expect.poll(() => form.kept.outdated).toBe('Fractions and halves');
      await settled();
      expect(form.written).toBe('Decimals');
      form.close();
    }
    const form = changeForm('Decimals');
    await expect.poll(() => form.kept.outdated).toBe('Fractions and halves');
    form.kept.takeOutdated();
    flushSync();
    expect(form).toMatchObject({ written: 'Fractions and halves', kept: { outdated: null } });
    form.close();
    const again = changeForm('Decimals');
    await expect.poll(() => again.written).toBe('Fractions and halves');
    again.close();
  });

  it('goes where the person leaves the thing as it stands', async () => {
    await begin('Fractions', 'Fractions and halves');
    const form = changeForm('Decimals');
    await expect.poll(() => form.kept.outdated).not.toBeNull();
    form.kept.dropOutdated();
    flushSync();
    await kept('task/1').toBeUndefined();
    expect(form.written).toBe('Decimals');
    form.close();
  });

  it('makes room for a newer change', async () => {
    await begin('Fractions', 'Fractions and halves');
    const form = changeForm('Decimals');
    await expect.poll(() => form.kept.outdated).not.toBeNull();
    form.write('Decimals and tenths');
    form.close();
    const again = changeForm('Decimals');
    await expect.poll(() => again.written).toBe('Decimals and tenths');
    again.close();
  });

  it('is not kept where nothing is changed, or all was changed back, or once it is sent', async () => {
    const form = changeForm('Fractions');
    await settled();
    expect(await readDraft('task/1')).toBeUndefined();
    form.write('Decimals');
    await kept('task/1').toMatchObject({ draft: 'Decimals' });
    form.write('Fractions');
    await kept('task/1').toBeUndefined();
    form.write('Decimals');
    await form.kept.finish();
    form.close();
    await settled();
    expect(await readDraft('task/1')).toBeUndefined();
  });
});
