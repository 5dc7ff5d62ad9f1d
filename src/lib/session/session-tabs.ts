import * as v from 'valibot';

const tabNews = v.picklist(['changed', 'locked', 'active', 'contact']);
/** `changed`: somebody has signed in or out, or unlocked. `locked`: the data is to be shut. `active`: somebody works there. `contact`: the server was reached. */
type TabNews = v.InferOutput<typeof tabNews>;

/** What the tabs of one browser tell each other of who is here. */
export class SessionTabs {
  readonly #channel = new BroadcastChannel('studystreaks-session');

  constructor(hear: Readonly<Record<TabNews, () => void>>) {
    this.#channel.addEventListener('message', ({ data }: MessageEvent<unknown>) => {
      hear[v.parse(tabNews, data)]();
    });
  }

  tell(news: TabNews): void {
    this.#channel.postMessage(news);
  }
}
