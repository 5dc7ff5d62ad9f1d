import { m } from '$lib/messages/generated/messages.js';

/** What a child calls the thing in their hands. */
export function deviceWords(): string {
  const isTouched = matchMedia('(pointer: coarse)').matches;
  if (!isTouched) return m.device_computer();
  return Math.min(screen.width, screen.height) < 600 ? m.device_phone() : m.device_tablet();
}
