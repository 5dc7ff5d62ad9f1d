/** Why a camera or a microphone cannot be used. */
export type MediaProblem = 'none_here' | 'not_allowed' | 'not_possible';

/** What the browser gives captured sound and pictures from; null where the page did not come by https. */
export function mediaDevices(): MediaDevices | null {
  // Typed as always there.
  const devices = navigator.mediaDevices as MediaDevices | undefined;
  return devices ?? null;
}

export function mediaProblemOf(reason: unknown): MediaProblem {
  const name = reason instanceof DOMException ? reason.name : '';
  if (name === 'NotAllowedError' || name === 'SecurityError') return 'not_allowed';
  return name === 'NotFoundError' ? 'none_here' : 'not_possible';
}

export function stopTracks(stream: MediaStream): void {
  for (const track of stream.getTracks()) track.stop();
}
