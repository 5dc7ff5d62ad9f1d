/**
 * How far a file of homework has come on this device (S25), as a pure state machine.
 *
 *   captured ──logged──▶ queued ──send_began──▶ uploading ──sent──▶ stored ──confirmed──▶ confirmed (its bytes go)
 *       ▲                   │ ▲                     │                 │
 *       └────taken_back─────┘ └──interrupted────────┴─────────────────┘
 *
 *   uploading, stored ──taken_back──▶ captured
 *   uploading ──delayed──▶ queued (the server takes it another day)
 *   queued, uploading, stored ──refused──▶ refused (its bytes go; the person is told)
 *
 * `interrupted`: the network went, or the device was restarted before the receipt came. The server is asked what it has, and
 * nobody is told meanwhile that the file is on its way.
 */
export type FileState = 'captured' | 'queued' | 'uploading' | 'stored' | 'confirmed' | 'refused';
export type FileEvent = 'logged' | 'send_began' | 'sent' | 'interrupted' | 'delayed' | 'confirmed' | 'refused' | 'taken_back';

const steps: Readonly<Record<FileState, Partial<Readonly<Record<FileEvent, FileState>>>>> = {
  captured: { logged: 'queued' },
  queued: { send_began: 'uploading', confirmed: 'confirmed', refused: 'refused', taken_back: 'captured' },
  uploading: {
    send_began: 'uploading',
    sent: 'stored',
    delayed: 'queued',
    interrupted: 'queued',
    confirmed: 'confirmed',
    refused: 'refused',
    taken_back: 'captured',
  },
  stored: { confirmed: 'confirmed', refused: 'refused', interrupted: 'queued', taken_back: 'captured' },
  confirmed: {},
  refused: {},
};

/** Null where the event does not fit the state: it comes too late, or twice, and changes nothing. */
export function stateAfter(state: FileState, event: FileEvent): FileState | null {
  return steps[state][event] ?? null;
}

/** Logged, and not yet known to be safe at the school. */
export function isWaiting(state: FileState): boolean {
  return state === 'queued' || state === 'uploading' || state === 'stored';
}

/** Its bytes are on this device. */
export function isHeld(state: FileState): boolean {
  return state === 'captured' || isWaiting(state);
}
