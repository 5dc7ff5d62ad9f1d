import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

interface Seen {
  readonly method: string;
  readonly user: string | undefined;
  bytes: number;
}

/** As much of tus 1.0.0 as the school's server speaks, on a port of its own: it can fail, and lose the network in the middle. */
export class TusServer {
  readonly requests: Seen[] = [];
  /** What it answers instead, so many times. */
  answer: { readonly status: number; readonly code: string; readonly retryAfter?: string; times: number } | null = null;
  /** It loses the connection when it has so many bytes. */
  dieAfterBytes = Infinity;
  hasDied = false;
  readonly #uploads = new Map<string, { content: Buffer; readonly length: number; readonly metadata: Record<string, string> }>();
  readonly #server: Server;

  private constructor() {
    this.#server = createServer((request, response) => void this.#handle(request, response));
  }

  static async start(): Promise<TusServer> {
    const server = new TusServer();
    server.#server.listen(0, '127.0.0.1');
    await once(server.#server, 'listening');
    return server;
  }

  get url(): string {
    return `http://127.0.0.1:${String((this.#server.address() as AddressInfo).port)}`;
  }

  contentOf(id: string): Buffer {
    return this.#uploads.get(id)?.content ?? Buffer.alloc(0);
  }

  /** As if another device had sent so much. */
  begin(id: string, content: Uint8Array, length: number): void {
    this.#uploads.set(id, { content: Buffer.from(content), length, metadata: {} });
  }

  metadataOf(id: string): Record<string, string> | undefined {
    return this.#uploads.get(id)?.metadata;
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    this.#server.close();
    await once(this.#server, 'close');
  }

  async #handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const user = request.headers['x-studystreaks-user'];
    const seen: Seen = { method: request.method ?? '', user: Array.isArray(user) ? user[0] : user, bytes: 0 };
    this.requests.push(seen);
    response.setHeader('Tus-Resumable', '1.0.0');
    if (this.answer && this.answer.times > 0) {
      this.answer.times--;
      if (this.answer.retryAfter !== undefined) response.setHeader('Retry-After', this.answer.retryAfter);
      response.writeHead(this.answer.status, { 'content-type': 'application/problem+json' });
      response.end(JSON.stringify({ code: this.answer.code }));
      return;
    }
    const id = (request.url ?? '').split('/').at(-1) ?? '';
    if (request.method === 'POST') this.#create(request, response);
    else if (request.method === 'HEAD') this.#tell(id, response);
    else await this.#append(id, request, response, seen);
  }

  #create(request: IncomingMessage, response: ServerResponse): void {
    const pairs = String(request.headers['upload-metadata']).split(',');
    const metadata = Object.fromEntries(
      pairs.map((pair) => pair.split(' ')).map(([key = '', value = '']) => [key, Buffer.from(value, 'base64').toString()]),
    );
    const id = metadata['evidence'] ?? '';
    const known = this.#uploads.get(id);
    if (!known) this.#uploads.set(id, { content: Buffer.alloc(0), length: Number(request.headers['upload-length']), metadata });
    response.writeHead(201, { location: `/api/evidence/uploads/${id}`, 'upload-offset': known?.content.length ?? 0 }).end();
  }

  #tell(id: string, response: ServerResponse): void {
    const upload = this.#uploads.get(id);
    if (!upload) response.writeHead(404).end();
    else response.writeHead(200, { 'upload-offset': upload.content.length, 'upload-length': upload.length }).end();
  }

  async #append(id: string, request: IncomingMessage, response: ServerResponse, seen: Seen): Promise<void> {
    const upload = this.#uploads.get(id);
    if (!upload || Number(request.headers['upload-offset']) !== upload.content.length) {
      response.writeHead(409).end();
      return;
    }
    for await (const part of request as AsyncIterable<Buffer>) {
      const room = Math.max(0, this.dieAfterBytes - upload.content.length);
      upload.content = Buffer.concat([upload.content, part.subarray(0, room)]);
      seen.bytes += part.length;
      if (part.length > room) {
        this.dieAfterBytes = Infinity;
        this.hasDied = true;
        request.socket.destroy();
        return;
      }
    }
    response.writeHead(204, { 'upload-offset': upload.content.length }).end();
  }
}
