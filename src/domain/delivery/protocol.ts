import * as v from 'valibot';
import { errorCodes, type ErrorCode } from '../errors.ts';
import { uuid } from '../ids.ts';
import { envelope, schoolKey } from './envelope.ts';

/** Envelopes of one request of `POST /api/sync/deliver`; a body is at most `bytes`. */
export const deliveryLimits = { envelopes: 50, bytes: 16 * 1024 * 1024 } as const;

export const deliverRequest = v.strictObject({
  envelopes: v.pipe(v.array(envelope), v.minLength(1), v.maxLength(deliveryLimits.envelopes)),
});
export type DeliverRequest = v.InferInput<typeof deliverRequest>;

/**
 * What became of an envelope. `delivered`: the server has it for good, applied or set aside with a notice to its author; the
 * device may let go of it. `waits`: a file whose piece of homework is not here yet or for which there is no room today, or work of a
 * newer app than the server; try again later. `refused`: the server cannot take it, and the device keeps it until a person says otherwise.
 */
export const deliveryOutcome = v.variant('outcome', [
  v.object({ id: uuid, outcome: v.literal('delivered') }),
  v.object({ id: uuid, outcome: v.literal('waits') }),
  v.object({
    id: uuid,
    outcome: v.literal('refused'),
    code: v.picklist(Object.keys(errorCodes) as [ErrorCode, ...ErrorCode[]]),
  }),
]);
export type DeliveryOutcome = v.InferOutput<typeof deliveryOutcome>;

export const deliverResponse = v.object({ outcomes: v.array(deliveryOutcome) });
export type DeliverResponse = v.InferOutput<typeof deliverResponse>;

/** What a device needs to seal work: the school's key, and at sign-in or enrolment a token of the person, or device. */
export const deliveryTerms = v.object({ schoolKey, token: v.nullable(v.string()) });
export type DeliveryTerms = v.InferOutput<typeof deliveryTerms>;
