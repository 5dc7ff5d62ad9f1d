import type { Checkpoint } from '#domain/sync/protocol.ts';

type Position = Checkpoint['forward'];

/**
 * Of two checkpoints the one that has seen less: pulling again from it misses nothing that either would have brought
 * (S21). Null, having seen nothing, is the least. Going forward the lower one has seen less; going back the higher.
 */
export function floorOf(one: Checkpoint | null, other: Checkpoint | null): Checkpoint | null {
  if (one === null || other === null) return null;
  // From a checkpoint of an earlier epoch the server begins anew: in the later one it has seen nothing (S3).
  if (one.epoch !== other.epoch) return one.epoch < other.epoch ? one : other;
  return {
    epoch: one.epoch,
    forward: isBefore(one.forward, other.forward) ? one.forward : other.forward,
    back: backOf(one.back, other.back),
  };
}

/** A first sync that still goes back has seen less than one that is through. */
function backOf(one: Position | null, other: Position | null): Position | null {
  if (one === null || other === null) return one ?? other;
  return isBefore(one, other) ? other : one;
}

function isBefore([version, id]: Position, [otherVersion, otherId]: Position): boolean {
  return version < otherVersion || (version === otherVersion && id < otherId);
}
