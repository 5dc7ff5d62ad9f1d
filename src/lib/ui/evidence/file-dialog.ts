import { late } from '../late.ts';

/** Photos over the whole screen. */
export const fileDialog = late(() => import('./FileDialog.svelte'));
