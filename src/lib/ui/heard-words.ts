/** What is read aloud of a part of the screen, as a screen reader has it: neither ornaments nor what is folded away. */
export function heardWords(part: Element): string {
  const words: string[] = [];
  const texts = document.createTreeWalker(part, NodeFilter.SHOW_TEXT);
  for (let text = texts.nextNode(); text; text = texts.nextNode()) {
    const parent = text.parentElement;
    const said = text.textContent?.trim() ?? '';
    if (said !== '' && parent && isHeard(parent, part)) words.push(said);
  }
  return sentences(words);
}

/** The heading and the main part of the screen, and then the ways to the others. */
export function screenWords(): string {
  const parts = [...document.querySelectorAll('h1, main, [data-audience="child"] nav')].filter(
    (part) => part.tagName !== 'H1' || !part.closest('main'),
  );
  return sentences(parts.map(heardWords).filter((words) => words !== ''));
}

function isHeard(element: Element, part: Element): boolean {
  const quiet = element.closest('svg, [aria-hidden="true"], dialog');
  return (quiet === null || quiet === part || quiet.contains(part)) && element.checkVisibility();
}

/** One thing after another with a pause between: a full stop, where there is not one already. */
export function sentences(words: readonly string[]): string {
  return words.join('. ').replaceAll(/([.!?:…])\. /g, '$1 ');
}
