import { afterWrongTry, noTries, waitBeforeTry, type Tries } from '#domain/sign-in/tries.ts';
import type { DeviceFacts } from '../device-store.ts';
import { importKey, newKeyBytes, seal, unseal } from './seal.ts';

/** What became of an attempt to open a person's data. */
export type Opening =
  | { readonly kind: 'opened'; readonly key: CryptoKey; /** By a PIN, which is of this device alone. */ readonly isByPin: boolean }
  | { readonly kind: 'wrong' }
  /** Too many wrong tries: not before this instant, in milliseconds of the device's clock. */
  | { readonly kind: 'wait'; readonly until: number }
  /** This device holds nothing of the person. */
  | { readonly kind: 'nothing' };

/** A key's bytes, sealed under the device's key, and that under what follows from the secret. */
interface Wrap {
  /** Null where the device's key alone opens it: who came in by a card has nothing to remember. */
  readonly salt: Uint8Array<ArrayBuffer> | null;
  readonly sealed: ArrayBuffer;
}
interface Kept {
  /** Under the password, or a child's three pictures. */
  readonly secret: Wrap;
  /** Under six digits; null where none was chosen. */
  readonly pin: Wrap | null;
}
interface Unwrapped {
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly isByPin: boolean;
}

/** OWASP's figure for PBKDF2 with HMAC-SHA-256 (Password Storage Cheat Sheet, 2023). */
const iterations = 600_000;
/** After so many wrong tries a PIN, which is short, is no longer taken. */
const mostPinTries = 10;

export const pinPattern = /^\d{6}$/;

/** Digits that somebody who finds the device tries first. */
export function isGuessable(pin: string): boolean {
  const steps = new Set(Array.from(pin.slice(1), (digit, index) => Number(digit) - Number(pin[index])));
  return steps.size === 1 || new Set(pin).size <= 2;
}

/**
 * The keys under which each person's data lies on this device. A key is kept only wrapped: to open it needs both this very
 * device, whose own key cannot be copied from it, and what the person knows. An open key is in memory alone.
 */
export class PersonKeys {
  readonly #device: DeviceFacts;
  readonly #now: () => number;
  /** Of wrong tries that a full device could not keep. */
  readonly #unkeptTries = new Map<string, Tries>();

  /** @param now milliseconds of the device's clock */
  constructor(device: DeviceFacts, now: () => number = () => Date.now()) {
    this.#device = device;
    this.#now = now;
  }

  /** Makes a new key; what was sealed under an earlier one stays shut. */
  async create(owner: string, secret: string | null): Promise<CryptoKey> {
    const bytes = newKeyBytes();
    await this.#keep(owner, { secret: await this.#wrap(owner, bytes, secret), pin: null });
    await this.forgive(owner);
    return importKey(bytes);
  }

  /** @param secret the password or the PIN, or a child's pictures; null where nothing was asked for */
  async open(owner: string, secret: string | null): Promise<Opening> {
    const tried = await this.#try(owner, secret);
    return 'bytes' in tried ? { kind: 'opened', key: await importKey(tried.bytes), isByPin: tried.isByPin } : tried;
  }

  /** A PIN opens from now on too. @param secret what opens now @returns as `open` */
  async choosePin(owner: string, secret: string, pin: string): Promise<Opening> {
    if (!pinPattern.test(pin) || isGuessable(pin)) throw new Error('A PIN has six digits that are not easily guessed.');
    const tried = await this.#try(owner, secret);
    if (!('bytes' in tried)) return tried;
    const { bytes, isByPin } = tried;
    const kept = await this.#kept(owner);
    if (kept) await this.#keep(owner, { ...kept, pin: await this.#wrap(owner, bytes, pin) });
    return { kind: 'opened', key: await importKey(bytes), isByPin };
  }

  /** Another secret opens from now on, in the place of the first; a PIN stays. @param secret what opens now @returns as `open` */
  async changeSecret(owner: string, secret: string, next: string): Promise<Opening> {
    const tried = await this.#try(owner, secret);
    if (!('bytes' in tried)) return tried;
    const { bytes, isByPin } = tried;
    const kept = await this.#kept(owner);
    if (kept) await this.#keep(owner, { ...kept, secret: await this.#wrap(owner, bytes, next) });
    return { kind: 'opened', key: await importKey(bytes), isByPin };
  }

  /** Whether this device holds anything of the person, and whether a PIN opens it. */
  async standing(owner: string): Promise<{ readonly isKept: boolean; readonly hasPin: boolean; readonly needsSecret: boolean }> {
    const kept = await this.#kept(owner);
    return { isKept: kept !== null, hasPin: kept !== null && kept.pin !== null, needsSecret: kept?.secret.salt !== null };
  }

  /** The person is known in another way: earlier wrong tries are forgotten. */
  async forgive(owner: string): Promise<void> {
    this.#unkeptTries.delete(owner);
    await this.#device.removeFact(triesFact(owner));
  }

  async forget(owner: string): Promise<void> {
    await this.#device.removeFact(keyFact(owner));
    await this.forgive(owner);
  }

  async #try(owner: string, secret: string | null): Promise<Unwrapped | Opening> {
    const kept = await this.#kept(owner);
    if (!kept) return { kind: 'nothing' };
    // Parse edge: this device has written it, and nobody else can.
    const tries = this.#unkeptTries.get(owner) ?? ((await this.#device.fact(triesFact(owner))) as Tries | undefined) ?? noTries;
    const waitMs = waitBeforeTry(tries, this.#now());
    if (waitMs > 0) return { kind: 'wait', until: this.#now() + waitMs };
    const isPin = kept.pin !== null && secret !== null && pinPattern.test(secret);
    const byPin = isPin && kept.pin ? await this.#unwrap(owner, kept.pin, secret) : null;
    const bytes = byPin ?? (await this.#unwrap(owner, kept.secret, secret));
    if (bytes) {
      await this.forgive(owner);
      return { bytes, isByPin: byPin !== null };
    }
    const after = afterWrongTry(tries, this.#now());
    await this.#noteTries(owner, after, after.failed >= mostPinTries ? { ...kept, pin: null } : kept);
    return after.until === 0 ? { kind: 'wrong' } : { kind: 'wait', until: after.until };
  }

  async #noteTries(owner: string, tries: Tries, kept: Kept): Promise<void> {
    try {
      await this.#device.setFact(triesFact(owner), tries);
      await this.#keep(owner, kept);
      this.#unkeptTries.delete(owner);
    } catch {
      // A full device: as long as this page is open it counts all the same.
      this.#unkeptTries.set(owner, tries);
    }
  }

  async #wrap(owner: string, bytes: Uint8Array<ArrayBuffer>, secret: string | null): Promise<Wrap> {
    const inner = await seal(await this.#device.deviceKey(), placeOf(owner), bytes);
    if (secret === null) return { salt: null, sealed: inner };
    const salt = crypto.getRandomValues(new Uint8Array(16));
    return { salt, sealed: await seal(await keyOf(secret, salt), placeOf(owner), inner) };
  }

  async #unwrap(owner: string, { salt, sealed }: Wrap, secret: string | null): Promise<Uint8Array<ArrayBuffer> | null> {
    if (salt !== null && secret === null) return null;
    const inner = salt === null ? sealed : await unseal(await keyOf(secret ?? '', salt), placeOf(owner), sealed).catch(() => null);
    // A secret that does not fit opens nothing: that is all that there is to know.
    return inner && new Uint8Array(await unseal(await this.#device.deviceKey(), placeOf(owner), inner));
  }

  async #kept(owner: string): Promise<Kept | null> {
    // Parse edge: as above.
    return ((await this.#device.fact(keyFact(owner))) as Kept | undefined) ?? null;
  }

  async #keep(owner: string, kept: Kept): Promise<void> {
    await this.#device.setFact(keyFact(owner), kept);
  }
}

async function keyOf(secret: string, salt: Uint8Array<ArrayBuffer>): Promise<CryptoKey> {
  // Composed and decomposed letters look alike on every keyboard.
  const material = await crypto.subtle.importKey('raw', new TextEncoder().encode(secret.normalize('NFKC')), 'PBKDF2', false, ['deriveKey']);
  const parameters = { name: 'PBKDF2', hash: 'SHA-256', salt, iterations };
  return crypto.subtle.deriveKey(parameters, material, { name: 'AES-GCM', length: 256 }, false, ['encrypt', 'decrypt']);
}

function placeOf(owner: string): string {
  return `key/${owner}`;
}

function keyFact(owner: string): string {
  return `key:${owner}`;
}

function triesFact(owner: string): string {
  return `tries:${owner}`;
}
