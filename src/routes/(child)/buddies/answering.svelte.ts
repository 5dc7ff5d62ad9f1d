import { must } from '#domain/must.ts';
import { troubleOf, type Trouble } from '$lib/session/kept-at-school.svelte.ts';
import { session } from '$lib/session/session.svelte.ts';

/** What a child tells the school of a group: not a document of theirs, so it needs the network. */
export class Answering {
  isUnderWay = $state(false);
  isDone = $state(false);
  problem: Trouble | null = $state(null);

  /** @param answer tells the school, in the name of the child with this id */
  async say(answer: (userId: string) => Promise<void>): Promise<void> {
    if (this.isUnderWay || this.isDone) return;
    this.isUnderWay = true;
    this.problem = null;
    try {
      await answer(must(session.current, 'a child’s screen has a child').user.id);
      this.isDone = true;
    } catch (reason) {
      this.problem = troubleOf(reason);
    } finally {
      this.isUnderWay = false;
    }
  }
}
