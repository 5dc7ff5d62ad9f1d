/** With what codes the database refuses, so that a test says why and not only that. */

/** No right to it. */
export const denied = { code: '42501' };
/** It breaks a check. */
export const invalid = { code: '23514' };
/** It refers to what is not there, or not to be seen. */
export const unknown = { code: '23503' };
/** There is one already. */
export const taken = { code: '23505' };
