import * as v from 'valibot';
import type { Completion } from '#domain/collections/completions.ts';
import type { Review } from '#domain/collections/reviews.ts';
import { completionId, reviewId, type CompletionId, type ReviewId } from '#domain/ids.ts';
import { changeDocument, createDocuments, removeDocument, type WritingContext } from './writing.ts';

/** What a person says of a piece of homework. */
export type NewHomework = Pick<Completion, 'studentId' | 'clubId' | 'evidenceKind' | 'completionDate'> &
  Partial<Pick<Completion, 'taskId' | 'writtenWork' | 'feeling' | 'activity' | 'minutes' | 'previousAttemptId' | 'evidenceIds'>>;

export type HomeworkChange = Partial<
  Pick<Completion, 'clubId' | 'taskId' | 'completionDate' | 'evidenceKind' | 'writtenWork' | 'minutes' | 'feeling' | 'activity'>
>;

/** What a teacher says of an attempt. */
export type NewReview = Pick<Review, 'completionId' | 'studentId'> & { readonly verdict: Exclude<Review['verdict'], 'restored'> } & Partial<
    Pick<Review, 'comment' | 'voiceId' | 'sticker' | 'star'>
  >;

/** The part of a review that taking it back needs. */
export type GivenReview = Pick<Review, 'id' | 'completionId' | 'studentId'>;

export interface HomeworkContext extends WritingContext {
  /** Milliseconds to add to the device's clock for the server's; null when never learned. */
  readonly clockOffsetMs: () => number | null;
  /** The device's clock. */
  readonly now: () => Date;
}

/** What people do with homework on this device: kept here first, sent when there is a network. */
export class Homework {
  readonly #context: HomeworkContext;

  constructor(context: HomeworkContext) {
    this.#context = context;
  }

  async log(homework: NewHomework): Promise<CompletionId> {
    const [id] = await this.logAll([homework]);
    return v.parse(completionId, id);
  }

  async logAll(homework: readonly NewHomework[]): Promise<string[]> {
    return createDocuments(
      this.#context,
      'completions',
      homework.map((one) => ({
        taskId: null,
        writtenWork: null,
        feeling: null,
        activity: null,
        minutes: null,
        previousAttemptId: null,
        evidenceIds: [],
        ...one,
        capturedAt: this.#capturedAt(),
        clockOffsetMs: this.#context.clockOffsetMs(),
      })),
    );
  }

  async change(id: CompletionId, change: HomeworkChange): Promise<void> {
    await changeDocument(this.#context, 'completions', id, change);
  }

  async remove(id: CompletionId): Promise<void> {
    await removeDocument(this.#context, 'completions', id);
  }

  async review(review: NewReview): Promise<ReviewId> {
    const [id] = await this.reviewAll([review]);
    return v.parse(reviewId, id);
  }

  /** In their order. */
  async reviewAll(reviews: readonly NewReview[]): Promise<ReviewId[]> {
    return this.#createReviews(
      reviews.map((one) => ({ comment: null, voiceId: null, sticker: null, star: false, ...one, restores: null })),
    );
  }

  async undoReview(given: GivenReview): Promise<ReviewId> {
    const [restored] = await this.undoReviews([given]);
    return v.parse(reviewId, restored);
  }

  async undoReviews(given: readonly GivenReview[]): Promise<ReviewId[]> {
    return this.#createReviews(
      given.map(({ id, completionId, studentId }) => ({
        completionId,
        studentId,
        verdict: 'restored',
        restores: id,
        comment: null,
        voiceId: null,
        sticker: null,
        star: false,
      })),
    );
  }

  async #createReviews(reviews: readonly Readonly<Record<string, unknown>>[]): Promise<ReviewId[]> {
    const reviewerId = this.#context.database.owner.userId;
    const ids = await createDocuments(
      this.#context,
      'reviews',
      reviews.map((one) => ({ ...one, reviewerId, capturedAt: this.#capturedAt() })),
    );
    return ids.map((id) => v.parse(reviewId, id));
  }

  /** The device's clock as it is, right or wrong: the offset stands beside it. */
  #capturedAt(): string {
    return this.#context.now().toISOString();
  }
}
