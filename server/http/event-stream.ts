import type { ServerResponse } from 'node:http';
import type { HttpBindings } from '@hono/node-server';
import { RESPONSE_ALREADY_SENT } from '@hono/node-server/utils/response';
import type { Hono } from 'hono';
import type { AppEnvironment } from './environment.ts';

/** A line that is not taken for this long is not held for ever: bytes that may wait for a slow reader. */
const mostWaiting = 64 * 1024;

/** A proxy must neither keep, nor gather, nor compress what is streamed. */
const headers = { 'Content-Type': 'text/event-stream', 'Cache-Control': 'no-store, no-transform', 'X-Accel-Buffering': 'no' };

export interface EventStream {
  /** What the route answers; what is sent follows it once `streamingEvents` has put it on the wire. */
  readonly response: Response;
  /** Sends one event. A reader that takes nothing is cut off; it comes back and pulls. */
  send(event: string, data: unknown): void;
  close(): void;
}

const waiting = new WeakMap<Response, (outgoing: ServerResponse) => void>();

/** Server-sent events. `onClose` is called once, whoever ends it. */
export function createEventStream(onClose: () => void): EventStream {
  let outgoing: ServerResponse | null = null;
  let early = '';
  let isOver = false;
  const end = () => {
    if (isOver) return;
    isOver = true;
    onClose();
  };
  const close = () => {
    outgoing?.end();
    end();
  };
  const response = new Response(null, { status: 200, headers });
  waiting.set(response, (opened) => {
    outgoing = opened;
    // Who has gone before the answer was ready closes nothing any more.
    if (opened.destroyed) end();
    opened.once('close', end);
    opened.writeHead(response.status, Object.fromEntries(response.headers));
    if (isOver) opened.end(early);
    else opened.write(early);
    early = '';
  });
  return {
    response,
    send(event, data) {
      if (isOver) return;
      const text = `event: ${event}\ndata: ${JSON.stringify(data)}\n\n`;
      if (!outgoing) early += text;
      else if (outgoing.writableLength > mostWaiting) {
        outgoing.destroy();
        end();
      } else outgoing.write(text);
    },
    close,
  };
}

/**
 * Writes event streams straight to their sockets, with the headers that middleware gave their answers. Through a web stream each
 * would hold twice the memory, and there are as many as devices.
 */
export function streamingEvents(app: Hono<AppEnvironment>) {
  return async (request: Request, bindings: HttpBindings): Promise<Response> => {
    const response = await app.fetch(request, bindings);
    const open = waiting.get(response);
    if (!open) return response;
    open(bindings.outgoing);
    return RESPONSE_ALREADY_SENT;
  };
}
