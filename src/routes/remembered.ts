import * as v from 'valibot';

const schema = v.object({
  /** Who signed in here last. */
  usual: v.optional(v.picklist(['child', 'adult', 'device']), 'child'),
  school: v.optional(v.string(), ''),
  classCode: v.optional(v.string(), ''),
  /** An adult has said that nobody else uses it. */
  isOwnDevice: v.optional(v.boolean(), false),
});

/** What this device remembers between sign-ins: the school and the class, never a person. */
export type Remembered = v.InferOutput<typeof schema>;

const key = 'studystreaks.sign-in';
const nothing = v.parse(schema, {});

export function remembered(): Remembered {
  try {
    const result = v.safeParse(schema, JSON.parse(localStorage.getItem(key) ?? '{}'));
    return result.success ? result.output : nothing;
  } catch {
    // No storage, or something else in it: as on a new device.
    return nothing;
  }
}

export function remember(change: Partial<Remembered>): void {
  try {
    localStorage.setItem(key, JSON.stringify({ ...remembered(), ...change }));
  } catch {
    // A browser that keeps nothing asks again.
  }
}
