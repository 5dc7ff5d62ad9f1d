import { resolve } from 'node:path';
import { describe, expect, test } from 'vitest';
import { readConfig } from './config.ts';
import { StartError } from './start-error.ts';

describe('the environment', () => {
  test('may be empty in development: every variable has a default', () => {
    expect(readConfig({})).toEqual({
      port: 3000,
      publicUrl: null,
      databaseUrl: null,
      masterKeyFile: resolve('.data/master.key'),
      vaultDirectory: resolve('.data/vault'),
      evidenceDirectory: resolve('.data/evidence'),
      isDemo: true,
      isProduction: false,
      metricsPort: null,
      trustedProxies: 0,
      log: 'error',
    });
  });

  test('counts an empty variable as left out', () => {
    expect(readConfig({ PORT: '', PUBLIC_URL: '' })).toMatchObject({ port: 3000, publicUrl: null });
  });

  test.each([
    ['PORT', 'eighty'],
    ['PORT', '70000'],
    ['PUBLIC_URL', 'homework.example'],
    ['PUBLIC_URL', 'ftp://homework.example'],
    ['DATABASE_URL', 'mysql://localhost/x'],
    ['VAULT', 's3:bucket'],
    ['VAULT', 'file:'],
    ['EVIDENCE_STORE', 's3:bucket'],
    ['EVIDENCE_STORE', 'file:'],
    ['DEMO', 'yes'],
    ['METRICS_PORT', '-1'],
    ['TRUSTED_PROXIES', 'all'],
    ['LOG_LEVEL', 'loud'],
  ])('says which variable is wrong and what to do: %s=%s', (name, value) => {
    expect(() => readConfig({ [name]: value })).toThrow(StartError);
    expect(() => readConfig({ [name]: value })).toThrow(new RegExp(`^${name} must .*start again\\.$`));
  });

  test('refuses demo accounts in production, and leaves them out there by default', () => {
    expect(() => readConfig({ NODE_ENV: 'production', DEMO: '1' })).toThrow(StartError);
    expect(readConfig({ NODE_ENV: 'production' }).isDemo).toBe(false);
  });

  test('understands each way to write a vault folder', () => {
    expect(readConfig({ VAULT: 'file:keys' }).vaultDirectory).toBe(resolve('keys'));
    expect(readConfig({ VAULT: 'file:/srv/keys' }).vaultDirectory).toBe('/srv/keys');
    expect(readConfig({ VAULT: 'file:///srv/keys' }).vaultDirectory).toBe('/srv/keys');
  });
});
