// Runs before the first paint, so that no screen flashes in the wrong colours. The same rules as src/lib/ui/theme.ts.
(function () {
  var root = document.documentElement;
  var theme = null;
  try {
    theme = localStorage.getItem('studystreaks.theme');
  } catch (error) {
    theme = null;
  }
  if (['light', 'dark', 'cream', 'contrast'].indexOf(theme) < 0) {
    theme = matchMedia('(prefers-contrast: more)').matches ? 'contrast' : matchMedia('(prefers-color-scheme: dark)').matches ? 'dark' : 'light';
  }
  root.dataset.theme = theme;
})();
