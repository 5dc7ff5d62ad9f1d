import { RateLimiterMemory, RateLimiterRes } from 'rate-limiter-flexible';
import { Problem } from '../http/problem.ts';

/** How many tries in how many seconds. */
export interface Allowance {
  readonly tries: number;
  readonly seconds: number;
}

export interface SignInAllowances {
  readonly adult: Allowance;
  readonly child: Allowance;
  readonly classCode: Allowance;
  readonly card: Allowance;
  readonly invitation: Allowance;
  readonly joiningAddress: Allowance;
  readonly address: Allowance;
}

/**
 * Per person they are tight; per address generous, since a school shares one. A class code has room for a class that
 * signs in at nine o'clock and mistypes, not for somebody who tries every picture of every child. Letters are used at home, by a few at a
 * time: an address has room for a parents' evening that mistypes.
 */
export const usualAllowances: SignInAllowances = {
  adult: { tries: 10, seconds: 900 },
  child: { tries: 5, seconds: 300 },
  classCode: { tries: 120, seconds: 900 },
  card: { tries: 10, seconds: 900 },
  invitation: { tries: 10, seconds: 900 },
  joiningAddress: { tries: 60, seconds: 600 },
  address: { tries: 1500, seconds: 600 },
};

export interface SignInLimits {
  /**
   * Counts a try. A failure leaves it counted; success gives it back.
   *
   * @throws Problem `too_many_attempts` with the seconds to wait
   */
  count(tried: Tried): Promise<void>;
  succeeded(tried: Tried): Promise<void>;
}

export interface Tried {
  readonly address: string;
  readonly adult?: string;
  readonly child?: string;
  readonly classCode?: string;
  /** A card's hash, in hex: what is on the card is kept nowhere, not even here. */
  readonly card?: string;
  /** The hash of a letter's code, in hex. */
  readonly invitation?: string;
  /** Where somebody comes from with a letter's code. */
  readonly joiningAddress?: string;
}

const kinds = ['address', 'joiningAddress', 'classCode', 'adult', 'child', 'card', 'invitation'] as const;

/** Limits kept in this process's memory; the lock in `credentials` holds across processes and restarts. */
export function createSignInLimits(allowances: SignInAllowances = usualAllowances): SignInLimits {
  const limiter = (name: keyof SignInAllowances) =>
    new RateLimiterMemory({ keyPrefix: name, points: allowances[name].tries, duration: allowances[name].seconds });
  const limiters = {
    adult: limiter('adult'),
    child: limiter('child'),
    classCode: limiter('classCode'),
    card: limiter('card'),
    invitation: limiter('invitation'),
    joiningAddress: limiter('joiningAddress'),
    address: limiter('address'),
  };

  return {
    async count(tried) {
      for (const kind of kinds) {
        const key = tried[kind];
        if (key === undefined) continue;
        try {
          await limiters[kind].consume(key);
        } catch (refusal) {
          if (!(refusal instanceof RateLimiterRes)) throw refusal;
          throw new Problem('too_many_attempts', { retryAfterSeconds: Math.max(1, Math.ceil(refusal.msBeforeNext / 1000)) });
        }
      }
    },
    async succeeded(tried) {
      if (tried.adult !== undefined) await limiters.adult.delete(tried.adult);
      if (tried.child !== undefined) await limiters.child.delete(tried.child);
      if (tried.card !== undefined) await limiters.card.delete(tried.card);
      if (tried.invitation !== undefined) await limiters.invitation.delete(tried.invitation);
      if (tried.joiningAddress !== undefined) await limiters.joiningAddress.reward(tried.joiningAddress);
      if (tried.classCode !== undefined) await limiters.classCode.reward(tried.classCode);
    },
  };
}
