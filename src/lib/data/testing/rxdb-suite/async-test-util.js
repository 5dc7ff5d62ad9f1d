import { setTimeout } from 'node:timers/promises';

/** What RxDB's test plugin takes of the package of this name, which RxDB does not bring along. */
export const wait = (ms = 0) => setTimeout(ms);

export const randomString = (length = 5) => Array.from({ length }, () => String.fromCharCode(97 + Math.floor(Math.random() * 26))).join('');
