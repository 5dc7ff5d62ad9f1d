import { createTransport } from 'nodemailer';

export interface MailOptions {
  /** `smtp:` or `smtps:`, with a user and a password where the server asks for them. */
  readonly smtpUrl: URL;
  /** The address that mails come from. */
  readonly from: string;
  /** The address that people type: where the links of a mail lead. */
  readonly linksTo: URL;
}

export interface Mail {
  readonly to: string;
  readonly subject: string;
  readonly text: string;
  readonly html: string;
  readonly language: string;
  /** Where one request without a person stops such mails (RFC 8058). */
  readonly stopUrl: string;
}

/** `refused`: the mail server will not take it, now or later. `later`: it says to come back, of this mail alone. */
export type MailOutcome = 'sent' | 'refused' | 'later';

/** A connection to the mail server, for as long as there is something to send. */
export interface Outbox {
  /** @throws MailOutOfReach */
  send(mail: Mail): Promise<MailOutcome>;
  close(): void;
}

export interface Mailer {
  open(): Outbox;
}

/** The mail server cannot be reached, or talks to nobody; what it said is left out, since it may quote an address. */
export class MailOutOfReach extends Error {
  override readonly name = 'MailOutOfReach';
  readonly code: string;

  constructor(code: string) {
    super('The mail server is out of reach');
    this.code = code;
  }
}

const patienceMs = 15_000;
const loopback = new Set(['localhost', '127.0.0.1', '[::1]']);

/** Mails by SMTP, with nodemailer: no dependencies, MIT-0, kept since 2010, and it gets addresses, encodings and TLS right. */
export function createMailer({ smtpUrl, from }: Pick<MailOptions, 'smtpUrl' | 'from'>): Mailer {
  const isSecure = smtpUrl.protocol === 'smtps:';
  return {
    open() {
      const transport = createTransport({
        host: smtpUrl.hostname.replaceAll(/[[\]]/g, ''),
        port: smtpUrl.port === '' ? (isSecure ? 465 : 587) : Number(smtpUrl.port),
        secure: isSecure,
        // Security: a child's first name never crosses a network in the clear.
        requireTLS: !isSecure && !loopback.has(smtpUrl.hostname),
        ...(smtpUrl.username !== '' && {
          auth: { user: decodeURIComponent(smtpUrl.username), pass: decodeURIComponent(smtpUrl.password) },
        }),
        pool: true,
        maxConnections: 1,
        connectionTimeout: patienceMs,
        greetingTimeout: patienceMs,
        socketTimeout: patienceMs,
        disableFileAccess: true,
        disableUrlAccess: true,
      });
      return {
        async send({ to, subject, text, html, language, stopUrl }) {
          try {
            await transport.sendMail({
              from: { name: 'StudyStreaks', address: from },
              to,
              subject,
              text,
              html,
              headers: {
                'Content-Language': language,
                // RFC 8058: one press in the mail program itself. RFC 3834: nobody's holiday notice answers it.
                'List-Unsubscribe': `<${stopUrl}>`,
                'List-Unsubscribe-Post': 'List-Unsubscribe=One-Click',
                'Auto-Submitted': 'auto-generated',
              },
            });
            return 'sent';
          } catch (error) {
            return outcomeOf(error);
          }
        },
        close: () => {
          transport.close();
        },
      };
    },
  };
}

/** RFC 5321, 4.2.1: 5yz is for good, 4yz for now; both are about this mail once a recipient or its content was offered. */
function outcomeOf(error: unknown): MailOutcome {
  const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown';
  const isAboutThisMail = code === 'EENVELOPE' || code === 'EMESSAGE';
  const reply = error instanceof Error && 'responseCode' in error ? Number(error.responseCode) : 0;
  if (isAboutThisMail && reply >= 400) return reply >= 500 ? 'refused' : 'later';
  throw new MailOutOfReach(code);
}
