import { evidenceLimits, mediaTypes } from '#domain/evidence/evidence.ts';
import { must } from '#domain/must.ts';
import { mediaDevices, mediaProblemOf, stopTracks, type MediaProblem } from '../media/media-problem.ts';

export interface Recording {
  readonly content: Blob;
  readonly durationMs: number;
}

const formats = ['audio/webm;codecs=opus', 'audio/mp4;codecs=mp4a.40.2', 'audio/mp4', 'audio/ogg;codecs=opus'];
const bitsPerSecond = 32_000;
const tickMs = 100;

/** Records a voice: how loud it is and how long it may still be, and an end by itself when the time is up. */
export class VoiceRecorder {
  state: 'idle' | 'asking' | 'recording' = $state('idle');
  problem: MediaProblem | null = $state(null);
  /** 0 … 1, how loud it is just now. */
  level = $state(0);
  elapsedMs = $state(0);
  readonly leftSeconds = $derived.by(() => Math.max(0, Math.ceil((this.#longestMs - this.elapsedMs) / 1000)));
  readonly #onRecorded: (recording: Recording) => void;
  readonly #longestMs: number;
  #recorder: MediaRecorder | null = null;
  #end: (() => void) | null = null;
  #isCancelled = false;

  constructor(onRecorded: (recording: Recording) => void, longestMs: number = evidenceLimits.audioMs) {
    this.#onRecorded = onRecorded;
    this.#longestMs = longestMs;
  }

  async start(): Promise<void> {
    if (this.state !== 'idle') return;
    this.problem = null;
    const type = typeof MediaRecorder === 'undefined' ? undefined : formats.find((format) => MediaRecorder.isTypeSupported(format));
    const devices = mediaDevices();
    if (type === undefined || !devices) {
      this.problem = 'not_possible';
      return;
    }
    this.state = 'asking';
    this.#isCancelled = false;
    let stream: MediaStream;
    try {
      stream = await devices.getUserMedia({ audio: { echoCancellation: true, noiseSuppression: true } });
    } catch (reason) {
      this.state = 'idle';
      this.problem = mediaProblemOf(reason);
      return;
    }
    // They may have gone away while the browser asked.
    if (this.#isAway()) {
      stopTracks(stream);
      this.state = 'idle';
      return;
    }
    this.#record(stream, type);
  }

  /** Ends it and hands over what was said. */
  stop(): void {
    if (this.#recorder?.state === 'recording') this.#recorder.stop();
  }

  /** Ends it and keeps nothing. */
  cancel(): void {
    this.#isCancelled = true;
    this.stop();
  }

  /** Ends it because the person goes elsewhere; what was not yet recording never begins. */
  leave(what: 'keep' | 'throw_away'): void {
    if (what === 'throw_away' || this.state === 'asking') this.cancel();
    else this.stop();
  }

  #isAway(): boolean {
    return this.#isCancelled;
  }

  #record(stream: MediaStream, type: string): void {
    const recorder = (this.#recorder = new MediaRecorder(stream, { mimeType: type, audioBitsPerSecond: bitsPerSecond }));
    const parts: Blob[] = [];
    recorder.addEventListener('dataavailable', (event) => parts.push(event.data));
    recorder.addEventListener('stop', () => {
      const durationMs = Math.min(this.elapsedMs, this.#longestMs);
      this.#end?.();
      this.state = 'idle';
      const content = new Blob(parts, { type: plainType(type) });
      if (!this.#isCancelled && content.size > 0) this.#onRecorded({ content, durationMs });
    });
    const endMeter = this.#measure(stream);
    this.#end = () => {
      endMeter();
      stopTracks(stream);
      this.#recorder = null;
      this.#end = null;
    };
    recorder.start(1000);
    this.state = 'recording';
  }

  #measure(stream: MediaStream): () => void {
    const context = new AudioContext();
    const analyser = context.createAnalyser();
    context.createMediaStreamSource(stream).connect(analyser);
    const samples = new Float32Array(analyser.fftSize);
    const startedAt = performance.now();
    this.elapsedMs = 0;
    const timer = setInterval(() => {
      analyser.getFloatTimeDomainData(samples);
      this.level = loudness(samples);
      this.elapsedMs = performance.now() - startedAt;
      if (this.elapsedMs >= this.#longestMs - tickMs) this.stop();
    }, tickMs);
    return () => {
      clearInterval(timer);
      this.level = 0;
      void context.close();
    };
  }
}

/** How loud it sounds: speech lies between a tenth and the whole of it. */
export function loudness(samples: ArrayLike<number>): number {
  let sum = 0;
  for (let index = 0; index < samples.length; index++) sum += must(samples[index], 'a sample is a number') ** 2;
  return Math.min(1, Math.sqrt(sum / Math.max(1, samples.length)) * 4);
}

/** "audio/webm" of "audio/webm;codecs=opus". */
function plainType(type: string): string {
  return mediaTypes.audio.find((plain) => type.startsWith(plain)) ?? type;
}
