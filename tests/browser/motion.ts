/**
 * Runs in the pages of a person who asked for less motion: whatever moves all the same is complained of on the console, which fails the
 * test.
 */
export function complainOfMotion(): void {
  const longestMs = 10;
  const complain = (what: string, element: unknown) => {
    const name = element instanceof Element ? `${element.tagName.toLowerCase()}.${element.classList.value}` : String(element);
    console.error(`Moves although less motion is asked for: ${what} of ${name}`);
  };
  const lasts = (animation: Animation) => Number(animation.effect?.getComputedTiming().duration ?? 0) > longestMs;
  for (const kind of ['animationstart', 'transitionrun'] as const)
    addEventListener(
      kind,
      ({ target }) => {
        if (target instanceof Element && target.getAnimations({ subtree: true }).some(lasts)) complain(kind, target);
      },
      true,
    );
  const { animate, scrollIntoView } = Element.prototype;
  Element.prototype.animate = function (this: Element, ...parameters) {
    const animation = animate.apply(this, parameters);
    if (lasts(animation)) complain('animate', this);
    return animation;
  };
  Element.prototype.scrollIntoView = function (this: Element, options) {
    if (typeof options === 'object' && options.behavior === 'smooth') complain('smooth scrolling', this);
    scrollIntoView.call(this, options);
  };
}
