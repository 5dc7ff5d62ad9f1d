/**
 * Runs what need not be in the next picture once that is on the screen: a press is answered first. In a page that nobody
 * sees it waits until somebody does.
 *
 * @returns lets it be
 */
export function afterPicture(run: () => void): () => void {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const frame = requestAnimationFrame(() => {
    timer = setTimeout(run);
  });
  return () => {
    cancelAnimationFrame(frame);
    clearTimeout(timer);
  };
}
