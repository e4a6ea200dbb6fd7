import type { Check, FailureCode, Outcome, ServiceState } from '../../../contract/index.js';
import type { ToneName } from './tones.js';

/** What the check screen shows, one thing at a time. */
export type ShownCheck =
  | { readonly kind: 'link-down' }
  | { readonly kind: 'starting' }
  | { readonly kind: 'stopped'; readonly code: FailureCode }
  | { readonly kind: 'operation' }
  | { readonly kind: 'reading' }
  | { readonly kind: 'verdict'; readonly check: Extract<Check, { readonly phase: 'verdict' }> }
  | { readonly kind: 'refused'; readonly check: Extract<Check, { readonly phase: 'refused' }> }
  | { readonly kind: 'card-service-down' }
  | { readonly kind: 'reader-missing' }
  | { readonly kind: 'waiting'; readonly muteCard: boolean; readonly several: boolean };

export interface CheckSources {
  readonly connection: 'connecting' | 'up' | 'down';
  readonly state: ServiceState | null;
  readonly started: boolean;
  readonly ended: Outcome<unknown> | null;
  readonly question: 'operation' | 'next' | null;
  readonly check: Check | null;
}

/**
 * A lost service comes first: nobody would blank the verdict any more. A verdict stands above a reader that is gone meanwhile. Without a question, a check or a fault of the
 * reader the officer is asked for a card.
 */
export const shownCheck = ({ connection, state, started, ended, question, check }: CheckSources): ShownCheck => {
  if (connection === 'down') return { kind: 'link-down' };
  if (ended !== null) return { kind: 'stopped', code: ended.ok ? 'CANCELLED' : ended.code };
  if (state === null || !started) return { kind: 'starting' };
  if (question === 'operation') return { kind: 'operation' };
  if (check?.phase === 'verdict') return { kind: 'verdict', check };
  if (check?.phase === 'refused') return { kind: 'refused', check };
  if (state.cardService === 'down') return { kind: 'card-service-down' };
  if (state.readers.length === 0) return { kind: 'reader-missing' };
  if (check?.phase === 'reading') return { kind: 'reading' };
  return { kind: 'waiting', muteCard: state.readers.some(({ mute }) => mute), several: state.readers.filter(({ cardPresent }) => cardPresent).length > 1 };
};

/** The tone that this change of the check calls for; none where the same answer is told once more (its holder was opened, the card was lifted, the link came back). */
export const toneFor = (now: Check | null, before: Check | null): ToneName | undefined => {
  if (now?.phase === 'verdict') return before?.phase === 'verdict' && before.verdict.result === now.verdict.result ? undefined : now.verdict.result;
  if (now?.phase === 'refused') return before?.phase === 'refused' && before.at === now.at && before.code === now.code ? undefined : 'refused';
  return undefined;
};
