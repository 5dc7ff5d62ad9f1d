import { mediaDevices, mediaProblemOf, stopTracks, type MediaProblem } from '../media/media-problem.ts';
import { addressToCard } from './card-address.ts';

type Facing = 'user' | 'environment';

/** Often enough that a card is read as soon as it is held still, seldom enough for a cheap tablet. */
const lookEveryMs = 150;
/** Pixels of the longest side that is searched. */
const longestSide = 720;

/** Looks through the camera for a card. The camera is on between `start` and `stop`, and while nobody looks it is off. */
export class CardScanner {
  state: 'off' | 'asking' | 'looking' = $state('off');
  problem: MediaProblem | null = $state(null);
  /** A code was seen that is no card's. */
  isOtherCode = $state(false);
  hasOtherCamera = $state(false);
  /** Towards whoever looks at the screen first: a child holds the card up to the tablet. */
  facing: Facing = $state('user');
  readonly #onCard: (secret: string) => void;
  #stream: MediaStream | null = null;
  #timer: ReturnType<typeof setTimeout> | undefined;
  /** Counts starts and stops, so that what was waited for knows whether it is still wanted. */
  #turn = 0;

  constructor(onCard: (secret: string) => void) {
    this.#onCard = onCard;
  }

  /** @param video where the person sees what the camera sees */
  async start(video: HTMLVideoElement): Promise<void> {
    if (this.state !== 'off') return;
    this.problem = null;
    this.isOtherCode = false;
    const devices = mediaDevices();
    if (!devices) {
      this.problem = 'not_possible';
      return;
    }
    this.state = 'asking';
    const turn = ++this.#turn;
    try {
      // Loaded here alone: nobody else needs it.
      const [stream, { default: decodeQR }] = await Promise.all([
        devices.getUserMedia({ video: { facingMode: { ideal: this.facing }, width: { ideal: 1280 } } }),
        import('qr/decode.js'),
      ]);
      // They may have gone away while the browser asked.
      if (turn !== this.#turn) {
        stopTracks(stream);
        return;
      }
      this.#stream = stream;
      this.hasOtherCamera = (await devices.enumerateDevices()).filter(({ kind }) => kind === 'videoinput').length > 1;
      video.srcObject = stream;
      await video.play();
      if (turn !== this.#turn) return;
      this.state = 'looking';
      this.#look(video, decodeQR);
    } catch (reason) {
      if (turn !== this.#turn) return;
      this.stop();
      this.problem = mediaProblemOf(reason);
    }
  }

  stop(): void {
    this.#turn++;
    clearTimeout(this.#timer);
    if (this.#stream) stopTracks(this.#stream);
    this.#stream = null;
    this.state = 'off';
  }

  async turnAround(video: HTMLVideoElement): Promise<void> {
    this.stop();
    this.facing = this.facing === 'user' ? 'environment' : 'user';
    await this.start(video);
  }

  #look(video: HTMLVideoElement, decode: (image: ImageData) => string): void {
    const text = readFrame(video, decode);
    const secret = text === null ? null : addressToCard(text);
    if (secret !== null) {
      this.stop();
      this.#onCard(secret);
      return;
    }
    if (text !== null) this.isOtherCode = true;
    this.#timer = setTimeout(() => {
      this.#look(video, decode);
    }, lookEveryMs);
  }
}

function readFrame(video: HTMLVideoElement, decode: (image: ImageData) => string): string | null {
  const scale = Math.min(1, longestSide / Math.max(video.videoWidth, video.videoHeight, 1));
  const [width, height] = [Math.round(video.videoWidth * scale), Math.round(video.videoHeight * scale)];
  if (width === 0 || height === 0) return null;
  const context = new OffscreenCanvas(width, height).getContext('2d', { willReadFrequently: true });
  if (!context) return null;
  context.drawImage(video, 0, 0, width, height);
  try {
    return decode(context.getImageData(0, 0, width, height));
  } catch {
    // What it throws where there is no code in the picture, as in most pictures.
    return null;
  }
}
