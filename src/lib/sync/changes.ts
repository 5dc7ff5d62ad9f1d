/** Lets several wait until something holds that anything may bring about. */
export class Changes {
  #waiting = new Set<() => void>();

  /** Something has changed: who waits looks again. */
  tell(): void {
    for (const wake of this.#waiting) wake();
  }

  /** @returns true when `holds`, false after the time or when `isEnded` */
  async until(holds: () => Promise<boolean> | boolean, timeoutMs: number, isEnded: () => boolean): Promise<boolean> {
    const deadline = performance.now() + timeoutMs;
    while (!(await holds())) {
      const left = deadline - performance.now();
      if (left <= 0 || isEnded()) return false;
      await new Promise<void>((resolve) => {
        const wake = () => {
          clearTimeout(timer);
          this.#waiting.delete(wake);
          resolve();
        };
        // Another tab may have brought it about: look again even when nothing wakes.
        const timer = setTimeout(wake, Math.min(left, 200));
        this.#waiting.add(wake);
      });
    }
    return true;
  }
}
