import postgres from 'postgres';

const transient = new Set(['40001', '40P01']); // serialization_failure, deadlock_detected

/** Does a whole transaction again, three times at most, where PostgreSQL says that the next try may go through. */
export async function retrying<Result>(transaction: () => Promise<Result>): Promise<Result> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await transaction();
    } catch (error) {
      if (!(error instanceof postgres.PostgresError && transient.has(error.code)) || attempt === 3) throw error;
    }
  }
}
