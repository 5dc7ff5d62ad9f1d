import { dateInZone, type IsoDate } from '#domain/calendar/dates.ts';
import { serverNow } from '$lib/sync/clock.ts';

/** The school's calendar day by the server's clock as last learned, moving on at the school's midnight while the page is open. */
export class SchoolDay {
  #now = $state(serverNow());
  #timeZone: () => string;
  readonly current: IsoDate = $derived.by(() => dateInZone(this.#now, this.#timeZone()));

  /** Call while a component is set up: the clock stops with it. */
  constructor(timeZone: () => string) {
    this.#timeZone = timeZone;
    $effect(() => {
      const tick = () => (this.#now = serverNow());
      const timer = setInterval(tick, 60_000);
      document.addEventListener('visibilitychange', tick);
      return () => {
        clearInterval(timer);
        document.removeEventListener('visibilitychange', tick);
      };
    });
  }
}
