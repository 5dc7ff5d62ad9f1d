import { spawn } from 'node:child_process';
import process from 'node:process';
import { createServer } from 'vite';
import { demoSignIns } from '#db/seed/index.ts';
import { readConfig } from './config.ts';
import { portIsFree } from './port.ts';
import { prepare } from './prepare.ts';
import { runUntilStopped } from './run-until-stopped.ts';

/** `npm run dev`: the app with hot reload on PORT, in front of the API, which restarts when its code changes. */
await runUntilStopped(async (onStop) => {
  const config = readConfig(process.env);
  const apiPort = config.port + 1;
  await portIsFree(config.port);
  await portIsFree(apiPort);

  const prepared = await prepare(config, console.log);
  onStop(prepared.stop);

  const api = spawn(process.execPath, ['--watch', '--watch-preserve-output', 'server/main.ts'], {
    stdio: 'inherit',
    env: {
      ...process.env,
      PORT: String(apiPort),
      DATABASE_URL: prepared.databaseUrl,
      PUBLIC_URL: `http://localhost:${String(config.port)}`,
    },
  });
  onStop(async () => {
    api.kill('SIGTERM');
    if (api.exitCode === null) await new Promise((resolve) => api.once('exit', resolve));
  });

  const app = await createServer({
    server: { port: config.port, strictPort: true, proxy: { '/api': { target: `http://localhost:${String(apiPort)}` } } },
  });
  await app.listen();
  onStop(() => app.close());

  console.log(`\nStudyStreaks, reloading as you write, is at http://localhost:${String(config.port)}`);
  if (config.isDemo) console.log(`\nDemo sign-ins:\n${demoSignIns.map((line) => `  ${line}`).join('\n')}\n`);
});
