import type { Page } from '@playwright/test';

/** Until the service worker has put by everything that the app needs without a network, and serves this page. */
export async function appIsKept(page: Page): Promise<void> {
  await page.evaluate(async () => {
    const { serviceWorker } = navigator;
    const isServed = new Promise((resolve) => {
      serviceWorker.addEventListener('controllerchange', resolve);
    });
    await serviceWorker.ready;
    if (serviceWorker.controller === null) await isServed;
  });
}
