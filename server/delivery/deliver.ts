import { EnvelopeBroken, type Envelope, type EnvelopeContent } from '#domain/delivery/envelope.ts';
import type { DeliveryOutcome } from '#domain/delivery/protocol.ts';
import type { ErrorCode } from '#domain/errors.ts';
import type { Lens } from '#domain/sync/lenses/lens.ts';
import { tokenToHash } from '../auth/session-cookie.ts';
import type { Connections } from '../database/connections.ts';
import type { Keyring } from '../database/crypto/keyring.ts';
import { AuthorRefused, withAuthorAtOnce } from '../database/enter.ts';
import { retrying } from '../database/retry.ts';
import { withCare } from '../sync/apply.ts';
import { applyDocuments, faultOf, type SealedDocuments } from './documents.ts';
import { deliverFile, type FileDependencies } from './files.ts';
import type { AsAuthor } from './as-author.ts';
import type { SchoolKeys } from './school-keys.ts';

export interface DeliveryDependencies extends FileDependencies {
  readonly connections: Connections;
  readonly keyring: Keyring;
  readonly schoolKeys: SchoolKeys;
  readonly lenses: readonly Lens[];
}

/** Whose session brings the envelopes: it learns nothing of what is inside. */
export interface Carrier {
  readonly schoolId: string;
  readonly sessionId: string;
}

type Became = 'delivered' | 'waits' | ErrorCode;

/** Opens an envelope and applies it with the rights of its author (S30). A fault of the server is thrown, and all may be sent again. */
export function createDelivery(dependencies: DeliveryDependencies) {
  const { connections, keyring, schoolKeys, lenses, committed } = dependencies;

  async function deliverDocuments(
    envelope: Envelope,
    content: SealedDocuments,
    { schoolId }: Carrier,
    asAuthor: AsAuthor,
  ): Promise<Became> {
    const fault = faultOf(content, lenses);
    if (fault !== null) return fault;
    await withCare((care) =>
      asAuthor(async (sql, entering) => {
        await entering;
        const [recorded] = await sql<{ isFirst: boolean }[]>`select app.record_delivery(${envelope.id}) as "isFirst"`;
        if (recorded?.isFirst === true) await applyDocuments(sql, entering, keyring, content, care, lenses);
      }),
    );
    committed(schoolId);
    return 'delivered';
  }

  async function open(envelope: Envelope, schoolId: string): Promise<{ content: EnvelopeContent; bytes: Uint8Array } | null> {
    try {
      return await schoolKeys.open(schoolId, envelope);
    } catch (error) {
      if (error instanceof EnvelopeBroken) return null;
      throw error;
    }
  }

  async function deliverOne(envelope: Envelope, carrier: Carrier): Promise<Became> {
    const opened = await open(envelope, carrier.schoolId);
    if (!opened) return 'invalid_document';
    const { content, bytes } = opened;
    const carried = { sessionId: carrier.sessionId, tokenHash: tokenToHash(content.token), authorId: content.authorId };
    const asAuthor: AsAuthor = (work) => retrying(() => withAuthorAtOnce(connections.authenticatedUser, carried, work));
    try {
      return content.kind === 'documents'
        ? await deliverDocuments(envelope, content, carrier, asAuthor)
        : await deliverFile(envelope.id, content, bytes, asAuthor, dependencies);
    } catch (error) {
      if (error instanceof AuthorRefused) return 'not_allowed';
      throw error;
    }
  }

  /** One after the other, in their order: a file follows its homework. */
  return async (envelopes: readonly Envelope[], carrier: Carrier): Promise<DeliveryOutcome[]> => {
    const outcomes: DeliveryOutcome[] = [];
    for (const envelope of envelopes) outcomes.push(toOutcome(envelope.id, await deliverOne(envelope, carrier)));
    return outcomes;
  };
}

function toOutcome(id: string, became: Became): DeliveryOutcome {
  return became === 'delivered' || became === 'waits' ? { id, outcome: became } : { id, outcome: 'refused', code: became };
}
