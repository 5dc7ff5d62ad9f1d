import { session } from '$lib/session/session.svelte.ts';
import { fetchOpenFlags } from './flags-api.ts';

/** How many concerns wait for the safeguarding lead who is signed in; known online alone, and kept nowhere. */
class OpenFlags {
  /** Zero for everybody else, and while it is not known. */
  count = $state(0);

  /** Whether the person who is signed in handles concerns. */
  get isLead(): boolean {
    return (session.current?.access['safeguarding_flag.handle']?.length ?? 0) > 0;
  }

  /** Whether there may be concerns that the person may read: as the lead, or because they may raise some. */
  get mayRead(): boolean {
    return this.isLead || (session.current?.access['safeguarding_flag.create']?.length ?? 0) > 0;
  }

  /** Asks again; without an answer what was known stands. */
  async refresh(): Promise<void> {
    const userId = session.current?.user.id;
    if (userId === undefined || !this.isLead) {
      this.count = 0;
      return;
    }
    const count = await fetchOpenFlags(userId).catch(() => null);
    if (count !== null && session.current?.user.id === userId) this.count = count;
  }
}

export const openFlags = new OpenFlags();

/** Keeps the count fresh while a frame is shown: at once, and whenever the person comes back to it. Call it while a component is set up. */
export function followOpenFlags(): void {
  $effect(() => {
    const refresh = () => void openFlags.refresh();
    refresh();
    addEventListener('focus', refresh);
    addEventListener('online', refresh);
    return () => {
      removeEventListener('focus', refresh);
      removeEventListener('online', refresh);
    };
  });
}
