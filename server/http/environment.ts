import type { HttpBindings } from '@hono/node-server';
import type { UserKind } from '#domain/permissions/roles.ts';

/** What middleware and routes share about one request. */
export interface AppEnvironment {
  readonly Bindings: HttpBindings;
  readonly Variables: {
    requestId: string;
    /** Set once the session is known; the log names the kind of person, never the person. */
    userKind: UserKind | undefined;
    /** Set by routes that ask who is there before they read a body. */
    schoolId: string | undefined;
  };
}
