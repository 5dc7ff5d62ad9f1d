import type { CommandsContext } from './commands.ts';
import { createDocuments } from './writing.ts';

/** Says a phrase to the buddies of whoever is signed in. @throws v.ValiError when there is no such phrase */
export async function cheer(context: CommandsContext, groupId: string, phrase: number): Promise<void> {
  const { userId } = context.database.owner;
  await createDocuments(context, 'cheers', [{ groupId, studentId: userId, phrase, capturedAt: context.now().toISOString() }]);
}
