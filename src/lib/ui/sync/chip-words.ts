import type { FileProgress } from '$lib/evidence/file-status.ts';
import { m } from '$lib/messages/generated/messages.js';
import type { SyncKind } from '$lib/sync/status-machine.ts';

export type ChipTone = 'approved' | 'offline' | 'pending' | 'refused' | 'none';

/** What the chip has to say, whoever reads it. */
export interface ChipState {
  readonly kind: SyncKind;
  readonly unsent: number;
  readonly sent?: number | undefined;
  readonly total?: number | undefined;
  /** The photo or recording that is on its way. */
  readonly file?: FileProgress | null;
  /** Pieces that lie sealed on this device, of whomever else. */
  readonly sealed?: number;
  readonly isOnline: boolean;
  /** Nothing more can be kept on this device. */
  readonly isFull: boolean;
  /** The time of the last contact in words: "10:42"; null when there was none yet. */
  readonly lastContact: string | null;
}

export interface ChipWords {
  readonly tone: ChipTone;
  /** Left out where room is short. */
  readonly lead: string;
  /** The part that matters; never left out. */
  readonly main: string;
}

/** The chip in words: for an adult what, for a child that it is safe. */
export function chipWords(state: ChipState, isForChild: boolean): ChipWords {
  const { unsent } = state;
  // Without a network what is on its way is still here.
  const kind = state.kind === 'sending' && !state.isOnline ? 'saved_here' : state.kind;
  switch (kind) {
    case 'needs_look':
      return { tone: 'refused', lead: '', main: isForChild ? m.sync_chip_child_needs_look() : m.sync_chip_needs_look() };
    case 'update_needed':
      return { tone: 'refused', lead: '', main: isForChild ? m.sync_chip_child_needs_look() : m.sync_chip_update_needed() };
    case 'signed_out':
      return { tone: 'none', lead: unsent > 0 ? m.sync_chip_to_send({ count: unsent }) : '', main: m.sync_chip_signed_out() };
    case 'sending':
      return {
        tone: 'pending',
        lead: '',
        main: sendingWords(state, isForChild),
      };
    case 'saved_here':
      if (state.isFull) return noRoom();
      if (unsent > 0) {
        const lead = isForChild ? m.sync_chip_child_saved() : state.isOnline ? m.sync_chip_saved() : m.sync_chip_offline_saved();
        return { tone: 'offline', lead, main: m.sync_chip_to_send({ count: unsent }) };
      }
      return offlineOrSent(state, isForChild);
    case 'fetching':
    case 'all_sent':
      return state.isFull ? noRoom() : offlineOrSent({ ...state, kind }, isForChild);
  }
}

function sendingWords({ sent = 0, total, unsent, file }: ChipState, isForChild: boolean): string {
  const count = { sent: sent + 1, total: total ?? unsent };
  if (!file) return isForChild ? m.sync_chip_child_sending() : m.sync_chip_sending(count);
  const words = file.kind === 'photo' ? m.sync_chip_photo_percent(file) : m.sync_chip_audio_percent(file);
  return isForChild ? m.sync_chip_child_sending_file({ file: words }) : m.sync_chip_sending_file({ ...count, file: words });
}

function noRoom(): ChipWords {
  return { tone: 'refused', lead: '', main: m.sync_chip_no_room() };
}

function offlineOrSent(state: ChipState, isForChild: boolean): ChipWords {
  if (state.sealed) return { tone: 'offline', lead: '', main: m.sync_chip_sealed({ count: state.sealed }) };
  if (!state.isOnline) return { tone: 'offline', lead: '', main: isForChild ? m.sync_chip_child_offline() : m.sync_chip_offline() };
  if (state.kind === 'fetching')
    return { tone: 'none', lead: '', main: isForChild ? m.sync_chip_child_fetching() : m.sync_chip_fetching() };
  if (isForChild) return { tone: 'approved', lead: '', main: m.sync_chip_child_all_sent() };
  return { tone: 'approved', lead: m.sync_chip_all_sent(), main: state.lastContact ?? '' };
}
