import type { ReviewId } from '#domain/ids.ts';
import type { GivenReview, NewReview } from '$lib/data/homework.ts';

interface ApprovalsSource {
  readonly reviewAll: (reviews: readonly NewReview[]) => Promise<readonly ReviewId[]>;
  readonly undoReviews: (reviews: readonly GivenReview[]) => Promise<unknown>;
}

/** Approvals of this visit, press by press: each press is taken back whole. */
export class Approvals {
  readonly #source: ApprovalsSource;
  readonly #presses: (readonly GivenReview[])[] = [];

  constructor(source: ApprovalsSource) {
    this.#source = source;
  }

  /** @throws where the device could not keep them; then none is given */
  async give(reviews: readonly NewReview[]): Promise<void> {
    if (reviews.length === 0) return;
    const ids = await this.#source.reviewAll(reviews);
    this.#presses.push(
      reviews.flatMap(({ completionId, studentId }, index) => {
        const id = ids[index];
        return id === undefined ? [] : [{ id, completionId, studentId }];
      }),
    );
  }

  /**
   * Takes the last press back, all of it and nothing else. Returns the ids of the pieces that wait again; none where nothing is left.
   *
   * @throws where the device could not keep it; then it can be tried again
   */
  async undo(): Promise<string[]> {
    const last = this.#presses.at(-1);
    if (last === undefined) return [];
    await this.#source.undoReviews(last);
    this.#presses.splice(this.#presses.indexOf(last), 1);
    return last.map(({ completionId }) => completionId);
  }
}
