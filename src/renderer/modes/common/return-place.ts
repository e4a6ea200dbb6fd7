import type { ServiceState } from '../../../contract/index.js';

/** Where a screen stood when it locked itself: whoever signs in again is led back to it, and nobody else. Nothing of it is stored. */
export interface ReturnPlace {
  readonly operator: string;
  readonly path: string;
}

type Known = Pick<ServiceState, 'mode' | 'session'>;

/** A counter's screen locked: what is to be kept; else what was kept before. */
export const placeLeft = (before: Known | null | undefined, now: Known, path: string, kept: ReturnPlace | null): ReturnPlace | null =>
  now.mode === 'counter' && now.session === null && before?.session != null && path.startsWith('/counter/') ? { operator: before.session.id, path } : kept;

/** Where the sign-in leads; null: to the beginning. */
export const placeToReturn = (now: Known, kept: ReturnPlace | null): string | null => (kept !== null && now.session?.id === kept.operator ? kept.path : null);
