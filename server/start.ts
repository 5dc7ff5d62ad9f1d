import process from 'node:process';
import { demoSignIns } from '#db/seed/index.ts';
import { buildAppIfStale } from './build-app.ts';
import { readConfig } from './config.ts';
import { startServer } from './main.ts';
import { portIsFree } from './port.ts';
import { prepare } from './prepare.ts';
import { runUntilStopped } from './run-until-stopped.ts';

/** `npm start`: from nothing to the app and its API on one port. */
await runUntilStopped(async (onStop) => {
  const config = readConfig(process.env);
  await portIsFree(config.port);

  const prepared = await prepare(config, console.log);
  onStop(prepared.stop);
  buildAppIfStale();
  const server = await startServer({ ...prepared, ...config, databaseUrl: prepared.databaseUrl });
  onStop(server.stop);

  console.log(`\nStudyStreaks is at ${server.url}`);
  if (config.isDemo) console.log(`\nDemo sign-ins:\n${demoSignIns.map((line) => `  ${line}`).join('\n')}`);
  console.log('\nCtrl-C stops it.');
});
