/** A start that cannot go on. Its message is a sentence for the person at the keyboard, and says what to do. */
export class StartError extends Error {
  override readonly name = 'StartError';
}
