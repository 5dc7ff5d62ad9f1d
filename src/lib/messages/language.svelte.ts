import { isLocale, overwriteGetLocale, type Locale } from './generated/runtime.js';

const key = 'studystreaks.language';

/** The language of this device's screens. static/theme.js reads the same setting before the first paint. */
class Language {
  #current: Locale = $state.raw(firstLanguage());

  /** Every message asks here, so that a screen that is open says all its words anew when the choice changes, and loses nothing. */
  get current(): Locale {
    return this.#current;
  }

  /** Shows a language at once and remembers it on this device. */
  choose(chosen: Locale): void {
    this.#current = chosen;
    document.documentElement.lang = chosen;
    try {
      localStorage.setItem(key, chosen);
    } catch {
      // Shown now, not kept: nothing else to be done.
    }
  }
}

export const language = new Language();
overwriteGetLocale(() => language.current);

function firstLanguage(): Locale {
  try {
    const stored = localStorage.getItem(key);
    return isLocale(stored) ? stored : deviceLanguage();
  } catch {
    // A browser that keeps nothing goes by the device's language each time.
    return deviceLanguage();
  }
}

/** Whichever of the two the device's owner reads sooner. */
function deviceLanguage(): Locale {
  const sooner = navigator.languages.find((tag) => /^(en|cy)\b/i.test(tag));
  return sooner !== undefined && /^cy\b/i.test(sooner) ? 'cy' : 'en-GB';
}
