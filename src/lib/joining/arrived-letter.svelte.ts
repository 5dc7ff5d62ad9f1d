import { ArrivedSecret } from '../session/arrived-secret.svelte.ts';
import { fragmentToCode, joinPath } from './join-address.ts';

/** The code of a letter that was opened on this device; it stays through a sign-in, and goes when it was used or left. */
export const arrivedLetter = new ArrivedSecret(joinPath, fragmentToCode);
