interface Point {
  readonly x: number;
  readonly y: number;
}

interface Size {
  readonly width: number;
  readonly height: number;
}

/** How a picture is shown: how many times as large as it fits, and how far its middle is from the stage's, in CSS pixels. */
export interface Shown extends Point {
  readonly scale: number;
}

/** What there is room for, and the picture as large as it fits there. */
export interface Room {
  readonly stage: Size;
  readonly picture: Size;
}

export const whole: Shown = { scale: 1, x: 0, y: 0 };

/** A photo of a page is read at four times; a pencil's stroke needs no more than eight. */
const largest = 8;

/** Larger or smaller by a factor, so that what is at a point, counted from the stage's middle, stays there. */
export function zoomedBy(shown: Shown, factor: number, at: Point, room: Room): Shown {
  const scale = Math.min(Math.max(shown.scale * factor, whole.scale), largest);
  const by = scale / shown.scale;
  return within({ scale, x: at.x - (at.x - shown.x) * by, y: at.y - (at.y - shown.y) * by }, room);
}

/** Pushed aside, no further than the picture's edge: nobody loses it from sight. */
export function movedBy(shown: Shown, by: Point, room: Room): Shown {
  return within({ ...shown, x: shown.x + by.x, y: shown.y + by.y }, room);
}

function within({ scale, x, y }: Shown, { stage, picture }: Room): Shown {
  const limit = (offset: number, shown: number, room: number): number => {
    const most = Math.max(0, (shown * scale - room) / 2);
    // Zero, where there is nothing to push: never its negative.
    return most === 0 ? 0 : Math.min(Math.max(offset, -most), most);
  };
  return { scale, x: limit(x, picture.width, stage.width), y: limit(y, picture.height, stage.height) };
}
