class AppUpdate {
  #waiting: ServiceWorker | null = $state.raw(null);

  /** A new version is on this device and waits for the person (S29). */
  get isReady(): boolean {
    return this.#waiting !== null;
  }

  /** Changes to the new version and loads the page anew. Never called but by the person. */
  apply(): void {
    const worker = this.#waiting;
    if (!worker) return;
    navigator.serviceWorker.addEventListener(
      'controllerchange',
      () => {
        location.reload();
      },
      { once: true },
    );
    worker.postMessage({ type: 'activate' });
  }

  /** Follows a registration for versions that wait. */
  watch(registration: ServiceWorkerRegistration): void {
    const look = () => {
      // The very first worker has nobody to wait for.
      this.#waiting = navigator.serviceWorker.controller ? registration.waiting : null;
    };
    look();
    registration.addEventListener('updatefound', () => {
      registration.installing?.addEventListener('statechange', look);
    });
  }
}

export const appUpdate = new AppUpdate();
