import pino, { type Logger } from 'pino';

export type LogLevel = 'silent' | 'error' | 'info' | 'debug';

/** Structured lines on standard output, without personal data: what is logged is chosen field by field. */
export function createLog(level: LogLevel): Logger {
  return pino({ level, base: null, formatters: { level: (label) => ({ level: label }) }, serializers: { error: errorFacts } });
}

/** Of an error the kind, code and place. Its message and its details may quote a value, so they stay out. */
export function errorFacts(error: unknown): Record<string, unknown> {
  if (!(error instanceof Error)) return { name: typeof error };
  const code = 'code' in error ? error.code : undefined;
  const place = error.stack?.split('\n').filter((line) => line.trimStart().startsWith('at '));
  const quotesNothing = error.message.startsWith('Broken promise: ') ? { message: error.message } : {};
  return { name: error.name, code, routine: 'routine' in error ? error.routine : undefined, ...quotesNothing, place };
}
