const key = 'studystreaks.read-aloud';

/** Whether a grown-up wants the button that reads a page aloud; kept on this device. Children always have it. */
class ReadAloud {
  #isOn = $state(isKeptOn());

  get isOn(): boolean {
    return this.#isOn;
  }

  choose(isOn: boolean): void {
    this.#isOn = isOn;
    try {
      if (isOn) localStorage.setItem(key, 'on');
      else localStorage.removeItem(key);
    } catch {
      // Shown now, not kept: nothing else to be done.
    }
  }
}

function isKeptOn(): boolean {
  try {
    return localStorage.getItem(key) === 'on';
  } catch {
    // A browser that keeps nothing begins without it.
    return false;
  }
}

export const readAloud = new ReadAloud();
