interface InstallOffer extends Event {
  prompt(): Promise<unknown>;
}

const cardKey = 'studystreaks.install-card';

/** Whether the app is installed on this device, and whether its browser offers to do it. */
class Installing {
  #offer: InstallOffer | null = $state.raw(null);
  /** This very window is the installed app’s. */
  readonly isStandalone: boolean;
  /** It was installed from this page, just now. */
  isDone = $state(false);
  /** The person has put the hint away; kept on this device. */
  isHintAway = $state(readHintAway());

  constructor() {
    this.isStandalone = matchMedia('(display-mode: standalone)').matches || ('standalone' in navigator && navigator.standalone === true);
    // Both come once, early, whatever screen is open.
    addEventListener('beforeinstallprompt', (event) => {
      // The browser’s own banner would come under a child’s hands.
      event.preventDefault();
      if (isOffer(event)) this.#offer = event;
    });
    addEventListener('appinstalled', () => {
      this.isDone = true;
      this.#offer = null;
    });
  }

  get isOffered(): boolean {
    return this.#offer !== null;
  }

  /** Has the browser ask. An offer serves once; after a no the browser makes another when it likes. */
  async install(): Promise<void> {
    const offer = this.#offer;
    this.#offer = null;
    await offer?.prompt();
  }

  putHintAway(): void {
    this.isHintAway = true;
    try {
      localStorage.setItem(cardKey, 'away');
    } catch {
      // A browser that keeps nothing shows it again next time.
    }
  }
}

function isOffer(event: Event): event is InstallOffer {
  return 'prompt' in event && typeof event.prompt === 'function';
}

function readHintAway(): boolean {
  try {
    return localStorage.getItem(cardKey) === 'away';
  } catch {
    // A browser that keeps nothing shows it each time.
    return false;
  }
}

export const installing = new Installing();
