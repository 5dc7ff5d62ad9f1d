const encoder = new TextEncoder();

/** A line that is not taken for this long is not held for ever: bytes that may wait for a slow reader. */
const mostWaiting = 64 * 1024;

export interface EventStream {
  readonly body: ReadableStream<Uint8Array>;
  /** Sends one event. A reader that takes nothing is cut off; it comes back and pulls. */
  send(event: string, data: unknown): void;
  close(): void;
}

/** Server-sent events as a response's body. `onClose` is called once, whoever ends it. */
export function createEventStream(onClose: () => void): EventStream {
  let controller: ReadableStreamDefaultController<Uint8Array> | undefined;
  const end = () => {
    if (!controller) return;
    controller = undefined;
    onClose();
  };
  const body = new ReadableStream<Uint8Array>(
    {
      start(started) {
        controller = started;
      },
      cancel: end,
    },
    new ByteLengthQueuingStrategy({ highWaterMark: mostWaiting }),
  );
  const close = () => {
    controller?.close();
    end();
  };
  return {
    body,
    send(event, data) {
      if (!controller) return;
      if ((controller.desiredSize ?? 0) <= 0) {
        close();
        return;
      }
      controller.enqueue(encoder.encode(`event: ${event}\ndata: ${JSON.stringify(data)}\n\n`));
    },
    close,
  };
}
