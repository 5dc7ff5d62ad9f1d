import { dev } from '$app/environment';
import { appUpdate } from '../sync/update.svelte.ts';

const workerUrl = '/service-worker.js';

interface ScriptUrlPolicy {
  createScriptURL(url: string): string;
}
interface PolicyFactory {
  createPolicy(name: string, rules: ScriptUrlPolicy): ScriptUrlPolicy;
}

/** Trusted Types admit this one script as a worker and nothing else (`svelte.config.js` names the policy). */
function trustedWorkerUrl(): string {
  const factory: PolicyFactory | undefined = Reflect.get(globalThis, 'trustedTypes');
  if (!factory) return workerUrl;
  const policy = factory.createPolicy('studystreaks-worker', {
    createScriptURL: (url) => {
      if (url !== workerUrl) throw new TypeError('Only the service worker of this app may run.');
      return url;
    },
  });
  return policy.createScriptURL(workerUrl);
}

let registered: Promise<void> | undefined;

/** Keeps the app itself on the device, so that it opens without a network; in development it always comes fresh. */
export function registerWorker(): Promise<void> {
  registered ??= register();
  return registered;
}

async function register(): Promise<void> {
  if (dev || !('serviceWorker' in navigator)) return;
  try {
    const registration = await navigator.serviceWorker.register(trustedWorkerUrl());
    appUpdate.watch(registration);
  } catch {
    // A private window without workers: everything works but opening without a network.
  }
}
