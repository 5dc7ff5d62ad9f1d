import { NoRoom } from '../data/files/sealed-chunks.ts';
import type { HeldFile } from '../data/files/evidence-store.ts';
import { m } from '../messages/generated/messages.js';
import type { MediaProblem } from '../media/media-problem.ts';
import { keepRecording } from './actions.ts';
import { evidence } from './files.svelte.ts';
import { VoiceRecorder, type Recording } from './recorder.svelte.ts';

export interface VoiceCaptureOptions {
  readonly draftKey: () => string;
  readonly longestMs?: number;
  /** What is being said when the person leaves: kept as far as it goes, or thrown away. */
  readonly onLeave: 'keep' | 'throw_away';
  readonly problemWords: Readonly<Record<MediaProblem, () => string>>;
}

/** A voice that is recorded for a draft, kept sealed on this device, and taken away again: the state behind each recorder on screen. */
export class VoiceCapture {
  readonly recorder: VoiceRecorder;
  isKeeping = $state(false);
  /** What stands recorded. */
  readonly kept: HeldFile | null = $derived.by(() => evidence.captured(this.#options.draftKey(), 'audio').at(-1) ?? null);
  /** What went wrong, in words; empty where nothing did. */
  readonly trouble: string = $derived.by(() => {
    const { problem } = this.recorder;
    return problem === null ? this.#failure : this.#options.problemWords[problem]();
  });
  readonly #options: VoiceCaptureOptions;
  #failure = $state('');
  /** What it is recorded for: the person may be elsewhere by the time that it is kept. */
  #recordedFor = '';

  /** Call it in a component's initialisation. */
  constructor(options: VoiceCaptureOptions) {
    this.#options = options;
    this.recorder = new VoiceRecorder((recording) => void this.#keep(recording), options.longestMs);
    $effect(() => {
      if (this.recorder.state !== 'recording' && !this.isKeeping) return;
      const key = options.draftKey();
      evidence.underWay.add(key);
      return () => evidence.underWay.delete(key);
    });
    // Whoever leaves in the middle of it is no longer recorded.
    $effect(() => () => {
      this.recorder.leave(options.onLeave);
    });
  }

  start(): void {
    this.#failure = '';
    this.#recordedFor = this.#options.draftKey();
    void this.recorder.start();
  }

  stop(): void {
    this.recorder.stop();
  }

  async discard(id: string): Promise<void> {
    try {
      await evidence.open.discard([id]);
    } catch {
      this.#failure = m.evidence_not_saved();
    }
  }

  async #keep({ content, durationMs }: Recording): Promise<void> {
    this.isKeeping = true;
    try {
      await keepRecording(this.#recordedFor, content, durationMs);
    } catch (reason) {
      this.#failure = reason instanceof NoRoom ? m.evidence_no_room() : m.evidence_not_saved();
    }
    this.isKeeping = false;
  }
}

/** "1:05" */
export function clockWords(seconds: number): string {
  return `${String(Math.floor(seconds / 60))}:${String(seconds % 60).padStart(2, '0')}`;
}
