/** A key that is held at least so long is let go of to stop, in milliseconds. */
const heldMs = 400;

/**
 * The key that a teacher talks by: pressed to begin and pressed again to stop, or held while talking. Where the key is let go of
 * before the microphone has begun (the browser is still asking), it was a press.
 */
export class TalkKey {
  #heldSince: number | null = null;

  /** @param now in milliseconds, of any clock that only goes forward */
  press(isRecording: boolean, now: number): 'start' | 'stop' {
    this.#heldSince = isRecording ? null : now;
    return isRecording ? 'stop' : 'start';
  }

  /** Null where letting go means nothing. */
  release(isRecording: boolean, now: number): 'stop' | null {
    const since = this.#heldSince;
    this.#heldSince = null;
    return since !== null && isRecording && now - since >= heldMs ? 'stop' : null;
  }
}
