/**
 * Returns `value`, or throws when a promise the code relies on is broken.
 *
 * @param promise what should have held, as a sentence: `'a completion has a student'`
 * @throws Error when the value is null or undefined
 */
export function must<T>(value: T | null | undefined, promise: string): T {
  if (value === null || value === undefined) throw new Error(`Broken promise: ${promise}`);
  return value;
}
