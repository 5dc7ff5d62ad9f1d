import { createServer, type AddressInfo, type Socket } from 'node:net';

export interface ReceivedMail {
  readonly from: string;
  readonly to: string;
  /** Headers and body as they came. */
  readonly raw: string;
}

export interface MailServer {
  readonly url: URL;
  readonly mails: ReceivedMail[];
  /** Answers a recipient with another code than 250, as long as it is here. */
  readonly answers: Map<string, number>;
  stop(): Promise<void>;
}

/** A mail server that speaks as much SMTP (RFC 5321) as a client needs, and keeps what it is given. */
export async function startMailServer(): Promise<MailServer> {
  const mails: ReceivedMail[] = [];
  const answers = new Map<string, number>();
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket)).on('error', () => socket.destroy());
    const say = (line: string) => socket.write(`${line}\r\n`);
    let buffer = '';
    let from = '';
    let to = '';
    let isContent = false;

    function heed(line: string): void {
      const address = /<(.*)>/.exec(line)?.[1] ?? '';
      const verb = line.slice(0, 4).toUpperCase();
      if (verb === 'EHLO') say('250-mail.test\r\n250 8BITMIME');
      else if (verb === 'MAIL') {
        from = address;
        say('250 OK');
      } else if (verb === 'RCPT') {
        const code = answers.get(address) ?? 250;
        if (code === 250) to = address;
        say(`${String(code)} ${address}`);
      } else if (verb === 'DATA') {
        isContent = true;
        say('354 Go on');
      } else if (verb === 'QUIT') {
        say('221 Bye');
        socket.end();
      } else say(verb === 'RSET' || verb === 'NOOP' ? '250 OK' : '502 Not here');
    }

    socket.on('data', (piece) => {
      buffer += piece.toString('utf8');
      for (;;) {
        const end = isContent ? '\r\n.\r\n' : '\r\n';
        const at = buffer.indexOf(end);
        if (at < 0) return;
        const text = buffer.slice(0, at);
        buffer = buffer.slice(at + end.length);
        if (isContent) {
          isContent = false;
          mails.push({ from, to, raw: text });
          say('250 Kept');
        } else heed(text);
      }
    });
    say('220 mail.test');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: new URL(`smtp://127.0.0.1:${String(port)}`),
    mails,
    answers,
    async stop() {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** The readable text of a mail: its first part, decoded from quoted-printable or base64. */
export function textOf({ raw }: ReceivedMail): string {
  const part = /Content-Type: text\/plain[\s\S]*?\r\n\r\n([\s\S]*?)\r\n--/.exec(raw);
  const head = part?.[0].split('\r\n\r\n')[0] ?? '';
  const body = part?.[1] ?? '';
  if (/base64/i.test(head)) return Buffer.from(body, 'base64').toString('utf8');
  if (!/quoted-printable/i.test(head)) return body;
  const bytes = body
    .replaceAll('=\r\n', '')
    .replaceAll(/=([0-9A-F]{2})/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
  return Buffer.from(bytes, 'latin1').toString('utf8');
}
