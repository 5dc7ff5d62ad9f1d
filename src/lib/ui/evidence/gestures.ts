import type { Zoom } from './zoom.svelte.ts';

interface Answers {
  /** Pressed beside the photo. */
  readonly onbeside: () => void;
  /** Wiped aside while all of it is in sight: 1 for the next file, -1 for the one before. */
  readonly onwipe: (by: 1 | -1) => void;
}

/** Less than this, in CSS pixels, is a press. */
const slack = 6;
const wipe = 70;
const pressZoom = 2.5;

/**
 * An attachment for what a photo lies in, its first element: the wheel and two fingers zoom, a drag pushes it aside, a press looks
 * nearer at a spot or brings it to the middle, so that nothing needs a drag.
 */
export function gestures(zoom: Zoom, { onbeside, onwipe }: Answers) {
  return (stage: HTMLElement): (() => void) => {
    const fingers = new Map<number, { readonly x: number; readonly y: number }>();
    let start = { x: 0, y: 0 };
    let isPress = false;
    let isWipe = false;

    const fromMiddle = ({ clientX, clientY }: MouseEvent) => {
      const { left, top, width, height } = stage.getBoundingClientRect();
      return { x: clientX - left - width / 2, y: clientY - top - height / 2 };
    };

    function down(event: PointerEvent): void {
      if (event.button !== 0) return;
      stage.setPointerCapture(event.pointerId);
      fingers.set(event.pointerId, fromMiddle(event));
      isPress = fingers.size === 1;
      isWipe = isPress && !zoom.isClose;
      if (isPress) start = fromMiddle(event);
    }

    function move(event: PointerEvent): void {
      const before = fingers.get(event.pointerId);
      if (!before) return;
      const now = fromMiddle(event);
      if (isPress && Math.hypot(now.x - start.x, now.y - start.y) < slack) return;
      isPress = false;
      fingers.set(event.pointerId, now);
      const other = [...fingers].find(([id]) => id !== event.pointerId)?.[1];
      if (!other) {
        zoom.move(now.x - before.x, now.y - before.y);
        return;
      }
      const apart = Math.max(Math.hypot(before.x - other.x, before.y - other.y), 1);
      zoom.by(Math.hypot(now.x - other.x, now.y - other.y) / apart, (now.x + other.x) / 2, (now.y + other.y) / 2);
      zoom.move((now.x - before.x) / 2, (now.y - before.y) / 2);
    }

    function up(event: PointerEvent): void {
      if (!fingers.delete(event.pointerId) || fingers.size > 0) return;
      const { x, y } = fromMiddle(event);
      const by = x - start.x;
      if (isPress) press(event);
      else if (isWipe && !zoom.isClose && Math.abs(by) > wipe && Math.abs(by) > 2 * Math.abs(y - start.y)) onwipe(by < 0 ? 1 : -1);
    }

    function press(event: PointerEvent): void {
      const { x, y } = fromMiddle(event);
      const photo = stage.firstElementChild?.getBoundingClientRect();
      const isOnPhoto =
        photo !== undefined &&
        event.clientX >= photo.left &&
        event.clientX <= photo.right &&
        event.clientY >= photo.top &&
        event.clientY <= photo.bottom;
      if (zoom.isClose) zoom.move(-x, -y);
      else if (isOnPhoto) zoom.by(pressZoom, x, y);
      else onbeside();
    }

    function wheel(event: WheelEvent): void {
      event.preventDefault();
      const { x, y } = fromMiddle(event);
      // A notch of a mouse is about 100; the pinch of a touchpad comes in small steps.
      zoom.by(Math.exp(-event.deltaY / (event.ctrlKey ? 100 : 400)), x, y);
    }

    const listening = new AbortController();
    const { signal } = listening;
    stage.addEventListener('pointerdown', down, { signal });
    stage.addEventListener('pointermove', move, { signal });
    stage.addEventListener('pointerup', up, { signal });
    stage.addEventListener('pointercancel', ({ pointerId }) => fingers.delete(pointerId), { signal });
    stage.addEventListener('wheel', wheel, { signal, passive: false });
    return () => {
      listening.abort();
    };
  };
}
