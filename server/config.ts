import { resolve } from 'node:path';
import * as v from 'valibot';
import { evidencePlace, evidencePlaceRule, folderPath, isEvidencePlace, isFolder, type EvidencePlace } from './evidence/evidence-place.ts';
import type { MailOptions } from './mail/mailer.ts';
import { StartError } from './start-error.ts';

export interface Config {
  readonly port: number;
  readonly publicUrl: URL | null;
  /** Null: the embedded PostgreSQL under `.data/`. */
  readonly databaseUrl: string | null;
  readonly masterKeyFile: string;
  readonly vaultDirectory: string;
  readonly evidencePlace: EvidencePlace;
  /** Null: no mail is sent. */
  readonly mail: MailOptions | null;
  readonly isDemo: boolean;
  readonly isProduction: boolean;
  readonly metricsPort: number | null;
  readonly trustedProxies: number;
  readonly log: 'silent' | 'error' | 'info' | 'debug';
}

const portNumber = v.pipe(
  v.string(),
  v.regex(/^\d{1,5}$/, 'must be a number from 0 to 65535'),
  v.transform(Number),
  v.maxValue(65_535, 'must be a number from 0 to 65535'),
);

const isUrlOf = (protocols: readonly string[]) => (text: string) => URL.canParse(text) && protocols.includes(new URL(text).protocol);

/** Every variable the server reads; nothing else reads the environment. */
const environment = v.object({
  /** Where the app and the API are served. */
  PORT: v.optional(portNumber, '3000'),
  /** The address that people type; requests from any other origin are refused, and https makes the cookie `__Host-`. */
  PUBLIC_URL: v.optional(
    v.pipe(v.string(), v.check(isUrlOf(['http:', 'https:']), 'must be an address such as https://homework.example.sch.uk')),
  ),
  /** PostgreSQL 15 or newer, as a role that may create roles; absent, the embedded one is started. */
  DATABASE_URL: v.optional(
    v.pipe(
      v.string(),
      v.check(isUrlOf(['postgres:', 'postgresql:']), 'must be an address such as postgres://user:password@host:5432/studystreaks'),
    ),
  ),
  /** 32 random bytes that wrap all other keys; made at the first start where it is absent. */
  MASTER_KEY_FILE: v.optional(v.pipe(v.string(), v.nonEmpty('must name a file')), '.data/master.key'),
  /** Where wrapped keys live, apart from the database and its backups. */
  VAULT: v.optional(v.pipe(v.string(), v.check(isFolder, 'must be file: and a folder, such as file:.data/vault')), 'file:.data/vault'),
  /** Where photos and recordings lie, sealed: a folder, or a bucket of an object store. */
  EVIDENCE_STORE: v.optional(v.pipe(v.string(), v.check(isEvidencePlace, evidencePlaceRule)), 'file:.data/evidence'),
  /** The mail server for the weekly email; absent, the setting says that there is none. Without TLS (`smtp:`, not on this machine) nothing is sent. */
  SMTP_URL: v.optional(
    v.pipe(v.string(), v.check(isUrlOf(['smtp:', 'smtps:']), 'must be an address such as smtps://user:password@mail.example.sch.uk')),
  ),
  /** The address that mails come from; absent, `no-reply@` and the host of PUBLIC_URL. */
  MAIL_FROM: v.optional(v.pipe(v.string(), v.email('must be an address such as homework@example.sch.uk'))),
  /** Of the bucket that EVIDENCE_STORE names; of no use where it is a folder. */
  AWS_REGION: v.optional(v.pipe(v.string(), v.regex(/^[a-z0-9-]+$/, 'must be the name of a region, such as eu-west-2'))),
  /** An object store that is not Amazon's own. */
  AWS_ENDPOINT_URL_S3: v.optional(
    v.pipe(v.string(), v.check(isUrlOf(['http:', 'https:']), 'must be an address such as https://s3.example.org')),
  ),
  AWS_ACCESS_KEY_ID: v.optional(v.string()),
  AWS_SECRET_ACCESS_KEY: v.optional(v.string()),
  /** `1` seeds the two demo schools, whose passwords are public. */
  DEMO: v.optional(v.picklist(['0', '1'], 'must be 0 or 1')),
  NODE_ENV: v.optional(v.string()),
  /** Serves Prometheus metrics at `/metrics` on this port alone; absent, there are none. */
  METRICS_PORT: v.optional(portNumber),
  /** How many proxies stand before the server, so that `X-Forwarded-For` can be read from the right; 0 trusts none. */
  TRUSTED_PROXIES: v.optional(v.pipe(v.string(), v.regex(/^\d$/, 'must be a number from 0 to 9'), v.transform(Number)), '0'),
  /** How much is logged: `info` writes a line for each request; no level writes personal data. */
  LOG_LEVEL: v.optional(v.picklist(['silent', 'error', 'info', 'debug'], 'must be silent, error, info or debug')),
});

/**
 * Reads the environment once.
 *
 * @throws StartError naming the variable and what it should be
 */
export function readConfig(variables: Readonly<Record<string, string | undefined>>): Config {
  const given = Object.fromEntries(Object.entries(variables).filter(([, value]) => value !== undefined && value !== ''));
  const parsed = v.safeParse(environment, given);
  if (!parsed.success) {
    const [issue] = parsed.issues;
    throw new StartError(
      `${v.getDotPath(issue) ?? 'The environment'} ${issue.message}. Set it so, or leave it out for the default, and start again.`,
    );
  }
  const values = parsed.output;
  const isProduction = values.NODE_ENV === 'production';
  const isDemo = values.DEMO === undefined ? !isProduction : values.DEMO === '1';
  if (isProduction && isDemo) {
    throw new StartError(
      'DEMO=1 would open demo accounts with a public password in production. Leave DEMO out, or start without NODE_ENV=production.',
    );
  }
  const publicUrl = values.PUBLIC_URL === undefined ? null : new URL(values.PUBLIC_URL);
  return {
    port: values.PORT,
    publicUrl,
    databaseUrl: values.DATABASE_URL ?? null,
    masterKeyFile: resolve(values.MASTER_KEY_FILE),
    vaultDirectory: resolve(folderPath(values.VAULT)),
    evidencePlace: evidencePlace(values.EVIDENCE_STORE, values),
    mail: mailOptions(values.SMTP_URL, values.MAIL_FROM, publicUrl),
    isDemo,
    isProduction,
    metricsPort: values.METRICS_PORT ?? null,
    trustedProxies: values.TRUSTED_PROXIES,
    log: values.LOG_LEVEL ?? (isProduction ? 'info' : 'error'),
  };
}

function mailOptions(smtpUrl: string | undefined, from: string | undefined, publicUrl: URL | null): MailOptions | null {
  if (smtpUrl === undefined) return null;
  if (publicUrl === null)
    throw new StartError(
      'SMTP_URL needs PUBLIC_URL, so that the links in mails lead here. Set it to the address that people type, and start again.',
    );
  return { smtpUrl: new URL(smtpUrl), from: from ?? `no-reply@${publicUrl.hostname}`, linksTo: publicUrl };
}
