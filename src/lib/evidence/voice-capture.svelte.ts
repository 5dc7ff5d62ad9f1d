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

/**
 * A voice that is recorded for a draft, kept sealed on this device, and taken away again: the state behind each recorder on screen.
 * Where the person goes on to another draft, what was being said stays with the one that it was begun for.
 */
export class VoiceCapture {
  readonly recorder: VoiceRecorder;
  isKeeping = $state(false);
  readonly #options: VoiceCaptureOptions;
  readonly #draftKey = $derived.by(() => this.#options.draftKey());
  #begunFor = $state('');
  #failure = $state.raw({ draftKey: '', words: '' });
  /** What stands recorded. */
  readonly kept: HeldFile | null = $derived.by(() => evidence.captured(this.#draftKey, 'audio').at(-1) ?? null);
  readonly isRecording: boolean = $derived.by(() => this.recorder.state === 'recording' && this.#begunFor === this.#draftKey);
  /** What went wrong, in words; empty where nothing did. */
  readonly trouble: string = $derived.by(() => {
    const { problem } = this.recorder;
    if (problem !== null && this.#begunFor === this.#draftKey) return this.#options.problemWords[problem]();
    return this.#failure.draftKey === this.#draftKey ? this.#failure.words : '';
  });

  /** Call it in a component's initialisation. */
  constructor(options: VoiceCaptureOptions) {
    this.#options = options;
    this.recorder = new VoiceRecorder((recording) => void this.#keep(recording), options.longestMs);
    $effect(() => {
      if (this.recorder.state !== 'recording' && !this.isKeeping) return;
      const key = this.#begunFor;
      evidence.underWay.add(key);
      return () => evidence.underWay.delete(key);
    });
    // Whoever leaves in the middle of it is no longer recorded.
    $effect(() => {
      void this.#draftKey;
      return () => this.recorder.leave(options.onLeave);
    });
  }

  start(): void {
    // Safety: until the last voice is kept it is what was begun; with another begun it would go to the wrong child.
    if (this.recorder.state !== 'idle' || this.isKeeping) return;
    this.#failure = { draftKey: '', words: '' };
    this.#begunFor = this.#draftKey;
    void this.recorder.start();
  }

  stop(): void {
    this.recorder.stop();
  }

  async discard(id: string): Promise<void> {
    const draftKey = this.#draftKey;
    try {
      await evidence.open.discard([id]);
    } catch {
      this.#failure = { draftKey, words: m.evidence_not_saved() };
    }
  }

  async #keep({ content, durationMs }: Recording): Promise<void> {
    const draftKey = this.#begunFor;
    this.isKeeping = true;
    try {
      await keepRecording(draftKey, content, durationMs);
    } catch (reason) {
      this.#failure = { draftKey, words: reason instanceof NoRoom ? m.evidence_no_room() : m.evidence_not_saved() };
    }
    this.isKeeping = false;
  }
}

/** "1:05" */
export function clockWords(seconds: number): string {
  return `${String(Math.floor(seconds / 60))}:${String(seconds % 60).padStart(2, '0')}`;
}
