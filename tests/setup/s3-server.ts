import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { S3Place } from '#server/evidence/evidence-place.ts';
import { parseAuthorization, sha256, signatureOf } from './aws-signature.ts';

/** An object store that speaks as much of S3 as an evidence store needs, and as strictly: over HTTP, signed, in pages. */
export interface S3Server {
  /** How to get in. */
  readonly place: S3Place;
  /** What lies in the bucket, by key. */
  readonly objects: Map<string, Buffer>;
  /** What was asked, "PUT /bucket/key", oldest first. */
  readonly asked: string[];
  /** The next requests are answered so: with a status, by cutting the line, or never. */
  failNext(...failures: readonly (number | 'cut' | 'silence')[]): void;
  stop(): Promise<void>;
}

const accessKeyId = 'evidence';
const secretAccessKey = 'a/secret+of=tests';
const bucket = 'homework-files';
const region = 'eu-west-2';
const pageSize = 1000;
const mostSkewMs = 15 * 60_000;

export async function startS3Server(): Promise<S3Server> {
  const objects = new Map<string, Buffer>();
  const asked: string[] = [];
  const failures: (number | 'cut' | 'silence')[] = [];

  const server = createServer((request, response) => {
    void (async () => {
      const body = Buffer.concat(await request.toArray());
      asked.push(`${String(request.method)} ${String(request.url)}`);
      const failure = failures.shift();
      if (failure === 'silence') return;
      if (failure === 'cut') request.socket.destroy();
      else if (failure !== undefined) refuse(response, failure, 'SlowDown');
      else answer(request, body, response, objects);
    })();
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const endpoint = new URL(`http://127.0.0.1:${String(port)}`);
  return {
    place: { kind: 's3', bucket, folder: '', region, endpoint, accessKeyId, secretAccessKey },
    objects,
    asked,
    failNext: (...more) => void failures.push(...more),
    async stop() {
      server.close();
      server.closeAllConnections();
      await once(server, 'close');
    },
  };
}

function answer(request: IncomingMessage, body: Buffer, response: ServerResponse, objects: Map<string, Buffer>): void {
  const wrong = whatIsWrong(request, body);
  if (wrong !== null) {
    refuse(response, 403, wrong);
    return;
  }
  const url = new URL(String(request.url), 'http://store');
  const [, asked, ...rest] = decodeURIComponent(url.pathname).split('/');
  const key = rest.join('/');
  if (asked !== bucket) refuse(response, 404, 'NoSuchBucket');
  else if (request.method === 'GET' && key === '') response.end(page([...objects.keys()], url.searchParams));
  else if (request.method === 'PUT') {
    objects.set(key, body);
    response.end();
  } else if (request.method === 'DELETE') {
    objects.delete(key);
    response.writeHead(204).end();
  } else {
    const object = objects.get(key);
    if (request.method === 'GET' && object) response.end(object);
    else refuse(response, 404, 'NoSuchKey');
  }
}

/** The code of the refusal; null where the request is signed as it should be. */
function whatIsWrong({ method = '', url = '', headers }: IncomingMessage, body: Buffer): string | null {
  const authorization = parseAuthorization(headers.authorization);
  if (!authorization) return 'AccessDenied';
  if (authorization.accessKeyId !== accessKeyId) return 'InvalidAccessKeyId';
  const [date, signedRegion] = authorization.scope.split('/');
  if (signedRegion !== region) return 'AuthorizationHeaderMalformed';
  const given = Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, String(value)]));
  const time = given['x-amz-date'] ?? '';
  const instant = Date.parse(time.replace(/^(\d{4})(\d\d)(\d\dT\d\d)(\d\d)(\d\dZ)$/, '$1-$2-$3:$4:$5'));
  if (!(Math.abs(Date.now() - instant) < mostSkewMs) || date !== time.slice(0, 8)) return 'RequestTimeTooSkewed';
  if (!['host', 'x-amz-date', 'x-amz-content-sha256'].every((name) => authorization.signedHeaders.includes(name))) return 'AccessDenied';
  if (given['x-amz-content-sha256'] !== sha256(body)) return 'XAmzContentSHA256Mismatch';
  const expected = signatureOf({ method, target: url, headers: given }, authorization, secretAccessKey);
  return authorization.signature === expected ? null : 'SignatureDoesNotMatch';
}

/** A page of ListObjectsV2. Its token says nothing to whoever gets it, and holds what has to be escaped in an address. */
function page(keys: readonly string[], query: URLSearchParams): string {
  const after = Buffer.from((query.get('continuation-token') ?? '').replace(/^\+&/, ''), 'base64').toString();
  const left = keys.filter((key) => key.startsWith(query.get('prefix') ?? '') && key > after).sort();
  const shown = left.slice(0, pageSize);
  const token = `+&amp;${Buffer.from(shown.at(-1) ?? '').toString('base64')}`;
  const isTruncated = left.length > shown.length;
  return (
    `<?xml version="1.0" encoding="UTF-8"?>\n<ListBucketResult xmlns="http://s3.amazonaws.com/doc/2006-03-01/">` +
    `<IsTruncated>${String(isTruncated)}</IsTruncated>${isTruncated ? `<NextContinuationToken>${token}</NextContinuationToken>` : ''}` +
    `${shown.map((key) => `<Contents><Key>${key}</Key><Size>1</Size></Contents>`).join('')}</ListBucketResult>`
  );
}

function refuse(response: ServerResponse, status: number, code: string): void {
  response.writeHead(status, { 'Content-Type': 'application/xml' });
  response.end(`<?xml version="1.0" encoding="UTF-8"?>\n<Error><Code>${code}</Code><Message>No.</Message></Error>`);
}
