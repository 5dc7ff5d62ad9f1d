/** `auto` follows the device. static/theme.js reads the same setting before the first paint. */
export const themes = ['auto', 'light', 'dark', 'cream', 'contrast'] as const;
export type Theme = (typeof themes)[number];

const key = 'studystreaks.theme';

export function chosenTheme(): Theme {
  try {
    const stored = localStorage.getItem(key);
    return themes.find((theme) => theme === stored) ?? 'auto';
  } catch {
    // A browser that keeps nothing follows the device.
    return 'auto';
  }
}

/** Shows a theme at once and remembers it on this device. */
export function chooseTheme(theme: Theme): void {
  try {
    if (theme === 'auto') localStorage.removeItem(key);
    else localStorage.setItem(key, theme);
  } catch {
    // Shown now, not kept: nothing else to be done.
  }
  showTheme();
}

/** Follows the device while the person has not chosen. Ends with the component that called it. */
export function followDevice(): () => void {
  const queries = [matchMedia('(prefers-color-scheme: dark)'), matchMedia('(prefers-contrast: more)')];
  for (const query of queries) query.addEventListener('change', showTheme);
  showTheme();
  return () => {
    for (const query of queries) query.removeEventListener('change', showTheme);
  };
}

function showTheme(): void {
  const chosen = chosenTheme();
  document.documentElement.dataset['theme'] = chosen === 'auto' ? deviceTheme() : chosen;
}

function deviceTheme(): Exclude<Theme, 'auto' | 'cream'> {
  if (matchMedia('(prefers-contrast: more)').matches) return 'contrast';
  return matchMedia('(prefers-color-scheme: dark)').matches ? 'dark' : 'light';
}
