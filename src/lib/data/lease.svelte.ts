/** Whether what came from the server may be shown to the person who is here. Only the session sets it. */
class DataLease {
  /** Then the screens show what is needed to log homework, and the person's own unsent work. */
  isLapsed = $state(false);
  /** ISO instant when it lapses without a contact with the school; null where it has lapsed or nobody is here. */
  endsAt: string | null = $state(null);
}

export const dataLease = new DataLease();
