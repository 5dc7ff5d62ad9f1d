import { v7 as uuidv7 } from 'uuid';
import * as v from 'valibot';
import { createSchoolKeyPair, EnvelopeBroken, openEnvelope, type EnvelopeContent, type SchoolKey } from '#domain/delivery/envelope.ts';
import { deliverRequest, type DeliveryOutcome } from '#domain/delivery/protocol.ts';

export interface Delivered {
  readonly id: string;
  readonly content: EnvelopeContent;
  readonly bytes: Uint8Array;
}

export type DeliveryFault = 'none' | 'offline' | 'broken' | 'answer_lost' | 'signed_out' | 'malformed';

/** A school that really opens what is delivered, in memory and without rights. */
export class ModelSchool {
  readonly schoolId = uuidv7();
  readonly key: SchoolKey;
  readonly #privateKey: BufferSource;
  /** What was in the envelopes, by the order of their coming. */
  readonly delivered: Delivered[] = [];
  /** The ids of the envelopes of each request. */
  readonly requests: string[][] = [];
  fault: (ids: readonly string[]) => DeliveryFault = () => 'none';
  judge: (id: string) => DeliveryOutcome['outcome'] = () => 'delivered';

  private constructor(publicKey: string, privateKey: BufferSource) {
    this.key = { id: uuidv7(), publicKey };
    this.#privateKey = privateKey;
  }

  static async found(): Promise<ModelSchool> {
    const { publicKey, privateKey } = await createSchoolKeyPair();
    return new ModelSchool(publicKey, privateKey);
  }

  readonly fetch = async (_path: string, init: RequestInit): Promise<Response> => {
    const { envelopes } = v.parse(deliverRequest, JSON.parse(String(init.body)));
    const ids = envelopes.map(({ id }) => id);
    this.requests.push(ids);
    const fault = this.fault(ids);
    if (fault === 'offline') throw new TypeError('Failed to fetch');
    if (fault === 'broken') return problem(503, 'unavailable');
    if (fault === 'signed_out') return problem(401, 'not_signed_in');
    if (fault === 'malformed') return problem(413, 'body_too_large');
    const outcomes = await Promise.all(envelopes.map((envelope) => this.#take(envelope)));
    if (fault === 'answer_lost') throw new TypeError('Failed to fetch');
    return Response.json({ outcomes });
  };

  async #take(envelope: Parameters<typeof openEnvelope>[2]): Promise<DeliveryOutcome> {
    const { id } = envelope;
    try {
      const { content, bytes } = await openEnvelope(this.#privateKey, this.key.publicKey, envelope);
      const outcome = this.judge(id);
      if (outcome === 'delivered' && !this.delivered.some((one) => one.id === id)) this.delivered.push({ id, content, bytes });
      return outcome === 'refused' ? { id, outcome, code: 'not_allowed' } : { id, outcome };
    } catch (reason) {
      if (!(reason instanceof EnvelopeBroken)) throw reason;
      return { id, outcome: 'refused', code: 'invalid_request' };
    }
  }
}

function problem(status: number, code: string): Response {
  return Response.json({ type: 'about:blank', title: code, status, code }, { status, headers: { 'retry-after': '0' } });
}
