/** As many as leave the page, which shares the wifi, a way for what it asks for itself. */
const atOnce = 4;

/**
 * Asks for files whose names tell what is in them, several at once: they lie in the browser's cache then. Workbox asks for one after
 * the other, and over a slow wifi each costs the way there and back.
 */
export async function askAhead(urls: readonly string[]): Promise<void> {
  const left = urls.values();
  const askInTurn = async () => {
    // What could not be had Workbox asks for again, and says so.
    for (const url of left)
      await fetch(url)
        .then((answer) => answer.arrayBuffer())
        .catch(ignore);
  };
  await Promise.all(Array.from({ length: atOnce }, askInTurn));
}

function ignore(): void {
  // Nothing: see above.
}
