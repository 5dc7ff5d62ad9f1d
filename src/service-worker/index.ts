/// <reference types="@sveltejs/kit" />
/// <reference lib="webworker" />
import { base, build, files, prerendered, version } from '$service-worker';
import { cleanupOutdatedCaches, createHandlerBoundToURL, precacheAndRoute } from 'workbox-precaching';
import { NavigationRoute, registerRoute } from 'workbox-routing';
import { askAhead } from './ask-ahead.ts';
import { isOfKeys, keepKeys } from './key-keeper.ts';

// The page's own types of `self` are a window's.
const worker = globalThis as unknown as ServiceWorkerGlobalScope;

const shell = `${base}/app.html`;

worker.addEventListener('install', (event) => {
  event.waitUntil(askAhead(build));
});
// What Vite builds has its hash in its name; all else is told apart by the version of the app.
precacheAndRoute([
  ...build.map((url) => ({ url, revision: null })),
  ...[...files, ...prerendered, shell].map((url) => ({ url, revision: version })),
]);
cleanupOutdatedCaches();

// Every screen is the one shell; the API is never answered from a cache.
registerRoute(new NavigationRoute(createHandlerBoundToURL(shell), { denylist: [/^\/api(\/|$)/, /^\/metrics$/] }));

// S29: a new version waits until the person says so.
worker.addEventListener('message', (event) => {
  const told: unknown = event.data;
  if (isOfKeys(told)) keepKeys(told, event.ports[0]);
  else if (typeof told === 'object' && told !== null && 'type' in told && told.type === 'activate') event.waitUntil(worker.skipWaiting());
});

// The first version serves the page that installed it at once, so that even a first visit can go offline.
worker.addEventListener('activate', (event) => {
  event.waitUntil(worker.clients.claim());
});
