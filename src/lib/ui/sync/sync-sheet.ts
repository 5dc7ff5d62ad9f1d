import { late } from '../late.ts';

/** What waits, what was sent, and what asks for a look. */
export const syncSheet = late(() => import('./SyncSheet.svelte'));
