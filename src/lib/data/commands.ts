import type { Command } from '#domain/collections/commands.ts';
import { must } from '#domain/must.ts';
import { createDocuments, type WritingContext } from './writing.ts';

/** What can be asked for, and what it takes. */
type Asked = Command extends infer One
  ? One extends Command
    ? { readonly kind: One['kind']; readonly payload: NonNullable<One['payload']> }
    : never
  : never;

export interface CommandsContext extends WritingContext {
  /** The device's clock. */
  readonly now: () => Date;
}

/**
 * Asks the school for what is no document (S31): kept on this device, and done when there is a network. Returns the command's id.
 *
 * @throws v.ValiError when it says too much or too little; then nothing is asked
 */
export async function ask(context: CommandsContext, { kind, payload }: Asked): Promise<string> {
  const { userId } = context.database.owner;
  const [id] = await createDocuments(context, 'commands', [{ userId, kind, payload, capturedAt: context.now().toISOString() }]);
  return must(id, 'one was made');
}
