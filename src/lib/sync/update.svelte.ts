const lookEveryMs = 60 * 60_000;
const changeWithinMs = 2_000;

class AppUpdate {
  #waiting: ServiceWorker | null = $state.raw(null);
  /** Another tab has changed to the new version: parts of this one are no longer there to be loaded. */
  #isLeftBehind = $state(false);

  /** A new version is on this device and waits for the person (S29). */
  get isReady(): boolean {
    return this.#waiting !== null || this.#isLeftBehind;
  }

  /** Changes to the new version and loads the page anew. Never called but by the person. */
  apply(): void {
    if (this.#isLeftBehind || !this.#waiting) {
      location.reload();
      return;
    }
    const reload = () => {
      location.reload();
    };
    navigator.serviceWorker.addEventListener('controllerchange', reload);
    this.#waiting.postMessage({ type: 'activate' });
    // A worker that is still answering this page holds the new one up for minutes; a page that is loaded anew lets it go.
    setTimeout(reload, changeWithinMs);
  }

  /** Follows a registration for versions that wait. */
  watch(registration: ServiceWorkerRegistration): void {
    let hasWorker = navigator.serviceWorker.controller !== null;
    const look = () => {
      // The very first worker has nobody to wait for.
      this.#waiting = navigator.serviceWorker.controller ? registration.waiting : null;
    };
    const follow = () => {
      registration.installing?.addEventListener('statechange', look);
    };
    look();
    // It may have been found before anybody listened.
    follow();
    registration.addEventListener('updatefound', follow);
    navigator.serviceWorker.addEventListener('controllerchange', () => {
      this.#isLeftBehind ||= hasWorker;
      hasWorker = true;
    });
    // The app is one page: without this a tab that stays open for weeks would never hear of a new version.
    let lookedAt = Date.now();
    document.addEventListener('visibilitychange', () => {
      if (document.visibilityState !== 'visible' || Date.now() - lookedAt < lookEveryMs) return;
      lookedAt = Date.now();
      registration.update().catch(() => undefined);
    });
  }
}

export const appUpdate = new AppUpdate();
