// Runs before the first paint, so that no screen flashes in the wrong colours or is read out in the wrong language.
// The same rules as src/lib/ui/theme.ts and src/lib/messages/language.svelte.ts.
(function () {
  var root = document.documentElement;
  var theme = null;
  var language = null;
  try {
    theme = localStorage.getItem('studystreaks.theme');
    language = localStorage.getItem('studystreaks.language');
  } catch (error) {
    theme = null;
  }
  if (['en-GB', 'cy'].indexOf(language) < 0) {
    language = null;
    for (var index = 0; index < navigator.languages.length && !language; index++) {
      language = /^cy\b/i.test(navigator.languages[index]) ? 'cy' : /^en\b/i.test(navigator.languages[index]) ? 'en-GB' : null;
    }
  }
  root.lang = language === 'cy' ? 'cy' : 'en-GB';
  if (['light', 'dark', 'cream', 'contrast'].indexOf(theme) < 0) {
    theme = matchMedia('(prefers-contrast: more)').matches ? 'contrast' : matchMedia('(prefers-color-scheme: dark)').matches ? 'dark' : 'light';
  }
  root.dataset.theme = theme;
})();
