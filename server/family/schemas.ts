import * as v from 'valibot';
import { mailLanguages } from './preferences.ts';

export const digestBody = v.strictObject({
  isOn: v.boolean(),
  /** Of the mail: that of the screens on which it was switched on. */
  language: v.picklist(mailLanguages),
});

export const digestAnswer = v.object({
  /** False: the school's server has no way to send mail. */
  canSend: v.boolean(),
  isOn: v.boolean(),
  language: v.picklist(mailLanguages),
  /** Where it goes; null where the school knows no address. */
  email: v.nullable(v.string()),
});
export type DigestAnswer = v.InferOutput<typeof digestAnswer>;
