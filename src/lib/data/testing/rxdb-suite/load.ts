import { registerHooks } from 'node:module';

/** What RxDB's test plugin imports and RxDB's package does not bring along: two functions, for which sixty packages would come. */
const notBroughtAlong: Readonly<Record<string, string>> = {
  'async-test-util': new URL('./async-test-util.js', import.meta.url).href,
  clone: new URL('./clone.js', import.meta.url).href,
};

/** RxDB's test plugin, which its package ships. */
export async function loadRxdbSuite() {
  const hooks = registerHooks({
    resolve: (specifier, context, next) => next(notBroughtAlong[specifier] ?? specifier, context),
  });
  try {
    return await import('rxdb/plugins/test-utils');
  } finally {
    hooks.deregister();
  }
}
