import * as v from 'valibot';
import { consentPurposes } from '../consents/purposes.ts';
import { classId, studentId } from '../ids.ts';
import { pictureVerifier } from '../picture-codes/verifier.ts';
import { defineCollection, documentEntries } from './define-collection.ts';

/**
 * What an enrolled class device signs a child of its class in by, with no network; its id is the membership's. For those devices
 * alone: no person's account is ever told.
 */
export const pictureCodes = defineCollection({
  name: 'picture_codes',
  audiences: ['class_device'],
  pushedBy: null,
  schema: v.object({
    ...documentEntries,
    classId,
    studentId,
    verifier: pictureVerifier,
    /** What the child may be asked for: a photo or a voice with consent alone. */
    consents: v.array(v.picklist(consentPurposes)),
  }),
  indexedFields: {},
  indexes: [],
  comesWholeFirst: true,
});
