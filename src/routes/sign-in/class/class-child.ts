/** A child as the own-picture screen knows one: what to say to sign in, and what to show. */
export interface ClassChild {
  /** The handle to sign in with. */
  readonly student: string;
  readonly firstName: string;
  readonly avatar: string;
}
