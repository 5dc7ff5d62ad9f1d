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
      evidencePlace: { kind: 'file', directory: resolve('.data/evidence') },
      mail: null,
      isDemo: true,
      isProduction: false,
      metricsPort: null,
      trustedProxies: 0,
      log: 'error',
    });
  });

  test('has mails come from the school’s own host, or from whom it says; and sends none without an address for their links', () => {
    const variables = { SMTP_URL: 'smtps://user:pass@mail.example', PUBLIC_URL: 'https://homework.example.sch.uk' };
    expect(readConfig(variables).mail).toEqual({
      smtpUrl: new URL(variables.SMTP_URL),
      from: 'no-reply@homework.example.sch.uk',
      linksTo: new URL(variables.PUBLIC_URL),
    });
    expect(readConfig({ ...variables, MAIL_FROM: 'office@example.sch.uk' }).mail).toMatchObject({ from: 'office@example.sch.uk' });
    expect(readConfig({ MAIL_FROM: 'office@example.sch.uk' }).mail).toBeNull();
    expect(() => readConfig({ SMTP_URL: variables.SMTP_URL })).toThrow(StartError);
    expect(() => readConfig({ SMTP_URL: variables.SMTP_URL })).toThrow('SMTP_URL needs PUBLIC_URL');
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
    ['SMTP_URL', 'mail.example.sch.uk'],
    ['SMTP_URL', 'https://mail.example.sch.uk'],
    ['MAIL_FROM', 'homework'],
    ['VAULT', 's3:bucket'],
    ['VAULT', 'file:'],
    ['EVIDENCE_STORE', 's3:'],
    ['EVIDENCE_STORE', 's3:Homework'],
    ['EVIDENCE_STORE', 's3:homework/../keys'],
    ['EVIDENCE_STORE', 's3://homework'],
    ['EVIDENCE_STORE', 'https://homework.example'],
    ['AWS_ENDPOINT_URL_S3', 'minio:9000'],
    ['AWS_REGION', 'https://eu-west-2'],
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

  const key = { AWS_REGION: 'eu-west-2', AWS_ACCESS_KEY_ID: 'id', AWS_SECRET_ACCESS_KEY: 'secret' };

  test('understands a bucket, and a folder in one', () => {
    const place = { kind: 's3', region: 'eu-west-2', accessKeyId: 'id', secretAccessKey: 'secret' };
    expect(readConfig({ EVIDENCE_STORE: 's3:homework-files', ...key }).evidencePlace).toEqual({
      ...place,
      bucket: 'homework-files',
      folder: '',
      endpoint: null,
    });
    const own = { EVIDENCE_STORE: 's3:homework.files/north/oak-hill', AWS_ENDPOINT_URL_S3: 'https://s3.example.org', ...key };
    expect(readConfig(own).evidencePlace).toEqual({
      ...place,
      bucket: 'homework.files',
      folder: 'north/oak-hill',
      endpoint: new URL('https://s3.example.org'),
    });
  });

  test.each(['AWS_REGION', 'AWS_ACCESS_KEY_ID', 'AWS_SECRET_ACCESS_KEY'])('asks for %s where there is a bucket', (name) => {
    const incomplete = { EVIDENCE_STORE: 's3:homework-files', ...key, [name]: undefined };
    expect(() => readConfig(incomplete)).toThrow(StartError);
    expect(() => readConfig(incomplete)).toThrow(new RegExp(`^${name} must be set .*start again\\.$`));
  });
});
