import { evidenceLimits } from '#domain/evidence/evidence.ts';
import { must } from '#domain/must.ts';
import { mediaDevices, mediaProblemOf, stopTracks, type MediaProblem } from '../media/media-problem.ts';

/** Of what a camera gives, before it is made ready to be kept. */
const quality = 0.95;

/** The ids of the cameras here; empty where there is none, or nobody may know. */
export async function camerasHere(): Promise<string[]> {
  const devices = (await mediaDevices()?.enumerateDevices()) ?? [];
  return devices.filter(({ kind }) => kind === 'videoinput').map(({ deviceId }) => deviceId);
}

/** A live camera: what it sees, which of several it is, and a still of it. Whoever starts it stops it. */
export class Camera {
  state: 'idle' | 'asking' | 'live' = $state('idle');
  problem: MediaProblem | null = $state(null);
  /** What it sees, while it is live. */
  stream: MediaStream | null = $state.raw(null);
  /** There are others. */
  canSwitch = $state(false);
  #cameras: readonly string[] = [];
  /** Counts starts and stops: an answer to an earlier one comes too late. */
  #turn = 0;

  /** @param deviceId one of the cameras here; else one that looks away from the person, where there is one */
  async start(deviceId: string | null = null): Promise<void> {
    this.stop();
    const turn = ++this.#turn;
    this.problem = null;
    const devices = mediaDevices();
    if (!devices) {
      this.problem = 'not_possible';
      return;
    }
    this.state = 'asking';
    const { longestSide } = evidenceLimits;
    let stream: MediaStream;
    try {
      stream = await devices.getUserMedia({
        video: {
          width: { ideal: longestSide },
          ...(deviceId === null ? { facingMode: { ideal: 'environment' } } : { deviceId: { exact: deviceId } }),
        },
      });
    } catch (reason) {
      if (turn === this.#turn) this.#end(mediaProblemOf(reason));
      return;
    }
    if (turn !== this.#turn) {
      stopTracks(stream);
      return;
    }
    // Unplugged, or taken away by the system.
    for (const track of stream.getVideoTracks())
      track.addEventListener('ended', () => {
        if (turn === this.#turn) this.#end('not_possible');
      });
    this.stream = stream;
    this.state = 'live';
    // How many there are is told to whoever was allowed to see by one.
    const cameras = await camerasHere();
    if (turn !== this.#turn) return;
    this.#cameras = cameras;
    this.canSwitch = cameras.length > 1;
  }

  stop(): void {
    this.#end(this.problem);
  }

  /** It shows something of which no still can be had. */
  giveUp(): void {
    this.#end('not_possible');
  }

  async switch(): Promise<void> {
    const current = this.stream?.getVideoTracks()[0]?.getSettings().deviceId ?? '';
    const next = this.#cameras[(this.#cameras.indexOf(current) + 1) % this.#cameras.length];
    await this.start(next ?? null);
  }

  #end(problem: MediaProblem | null): void {
    this.#turn++;
    if (this.stream) stopTracks(this.stream);
    this.stream = null;
    this.state = 'idle';
    this.problem = problem;
  }
}

/** What a camera shows at first is black: the browser's own, before the camera's. */
const framesBefore = 3;

/** What is seen in `video` just now, or as soon as anything is, as a JPEG. */
export async function stillOf(video: HTMLVideoElement): Promise<Blob> {
  let shown: number;
  do shown = (await nextFrame(video)).presentedFrames;
  while (shown < framesBefore);
  const canvas = new OffscreenCanvas(video.videoWidth, video.videoHeight);
  must(canvas.getContext('2d', { alpha: false }), 'a canvas can be drawn on').drawImage(video, 0, 0);
  return canvas.convertToBlob({ type: 'image/jpeg', quality });
}

function nextFrame(video: HTMLVideoElement): Promise<VideoFrameCallbackMetadata> {
  return new Promise((resolve) => {
    video.requestVideoFrameCallback((_now, metadata) => {
      resolve(metadata);
    });
  });
}
