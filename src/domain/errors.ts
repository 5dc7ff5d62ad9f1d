import { evidenceRefusals } from './evidence/evidence.ts';

/** Why a pushed row was refused, or a request failed. One list for both sides; screens turn a code into words. */
export const errorCodes = {
  invalid_document: 'The entry was not complete or held something that does not belong there.',
  not_allowed: 'You can no longer change this child’s homework.',
  already_marked: 'A teacher had already marked this, so it was not changed.',
  already_moved: 'This had been moved to another child already, so nothing was changed.',
  already_set_aside: 'This had been set aside already, so it was not moved.',
  set_aside_for_good: 'This was set aside more than 30 days ago, so it stays set aside.',
  not_on_roll: 'That child has left the school, so nothing was moved.',
  not_in_club: 'That child is not in this club, so nothing was moved.',
  files_on_their_way: 'A photo or recording of this is still on its way. Wait until it has arrived, then move it.',
  no_consent_there: 'That child’s family has not agreed to photos or recordings like this one, so nothing was moved.',
  badge_out_of_use: 'The school no longer gives this badge, so nothing was given.',
  badge_name_taken: 'There is a badge of this name already. Give it another one.',
  clash: 'Somebody else changed the same thing meanwhile. Theirs stands, yours is kept.',
  append_only: 'Marks and excused days are never changed or taken away. Undo adds a new one.',
  group_not_formed:
    'Nothing was changed: a child is in another group by now, has left the class, or the family no longer agrees. Look again.',
  too_many_cheers: 'There are ten cheers a day. There will be new ones tomorrow.',
  day_out_of_range: 'A day can be excused up to 28 days back, and up to 28 days ahead.',
  unknown_reference: 'Something that this entry belongs to is not there any more.',
  wrong_author: 'This can only be said by the person who is signed in.',
  too_old: 'This app is older than the school’s. Update it; your work stays safe.',
  invalid_request: 'The request was not understood.',
  not_signed_in: 'Sign in first.',
  sign_in_failed: 'That did not match. Check and try again.',
  join_failed: 'This did not work. The code may be mistyped, used or ended, or the email may have an account already.',
  already_joined: 'You are connected with this child already. The code is still good for somebody else.',
  password_too_plain: 'Choose a longer or less common password.',
  access_ended: 'This account can no longer be used here.',
  too_many_attempts: 'Too many tries. Wait a little, then try again.',
  too_many_streams: 'Too many open windows. Close one.',
  body_too_large: 'That is more than can be sent at once.',
  wrong_origin: 'The request came from another site.',
  unsupported_media_type: 'Only JSON is understood here.',
  upload_conflict: 'That is not the part of the file that comes next.',
  too_many_files_today:
    'There is no room for more of this child’s photos and recordings today. They stay safe on this device and go tomorrow.',
  unsupported_version: 'Files are sent here by tus 1.0.0.',
  not_found: 'There is nothing here.',
  unavailable: 'The school’s server cannot answer just now. Your work is safe on this device.',
  internal: 'Something went wrong on the server. Your work is safe on this device.',
  // A file that was not taken: the same words in the answer as in its receipt.
  ...evidenceRefusals,
} as const;

export type ErrorCode = keyof typeof errorCodes;
