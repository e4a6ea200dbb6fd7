import type { Question, Check, FailureCode, Outcome, ServiceState, VerdictResult } from '../../../contract/index.js';
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
  readonly question: Question | null;
  readonly check: Check | null;
}

/**
 * A lost service comes first: nobody would blank the verdict any more. A verdict stands above a reader that is gone meanwhile. A question for the operation is over when one was
 * chosen elsewhere. Without a question, a check or a fault of the reader the officer is asked for a card.
 */
export const shownCheck = ({ connection, state, started, ended, question, check }: CheckSources): ShownCheck => {
  if (connection === 'down') return { kind: 'link-down' };
  if (ended !== null) return { kind: 'stopped', code: ended.ok ? 'CANCELLED' : ended.code };
  if (state === null || !started) return { kind: 'starting' };
  if (question === 'operation' && state.operation === null) return { kind: 'operation' };
  if (check?.phase === 'verdict') return { kind: 'verdict', check };
  if (check?.phase === 'refused') return { kind: 'refused', check };
  if (state.cardService === 'down') return { kind: 'card-service-down' };
  if (state.readers.length === 0) return { kind: 'reader-missing' };
  if (check?.phase === 'reading') return { kind: 'reading' };
  return { kind: 'waiting', muteCard: state.readers.some(({ mute }) => mute), several: state.readers.filter(({ cardPresent }) => cardPresent).length > 1 };
};

/** What was heard last of a check: enough to know it again, and nothing of a holder. */
export type Heard = { readonly phase: 'verdict'; readonly result: VerdictResult; readonly permitNumber: string | undefined } | { readonly phase: 'refused'; readonly at: number; readonly code: FailureCode } | { readonly phase: 'waiting' | 'reading' };

export const heardOf = (check: Check): Heard => {
  switch (check.phase) {
    case 'verdict':
      return { phase: 'verdict', result: check.verdict.result, permitNumber: check.verdict.permitNumber };
    case 'refused':
      return { phase: 'refused', at: check.at, code: check.code };
    case 'waiting':
    case 'reading':
      return { phase: check.phase };
  }
};

/** The tone that this check calls for; none where the same answer about the same permit is told once more (its holder was opened, the card was lifted, the link came back). */
export const toneFor = (now: Heard, before: Heard | null): ToneName | undefined => {
  if (now.phase === 'verdict') return before?.phase === 'verdict' && before.result === now.result && before.permitNumber === now.permitNumber ? undefined : now.result;
  if (now.phase === 'refused') return before?.phase === 'refused' && before.at === now.at && before.code === now.code ? undefined : 'refused';
  return undefined;
};
