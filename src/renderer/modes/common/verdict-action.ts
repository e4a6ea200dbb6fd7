import type { Verdict, VerdictLine } from '../../../contract/index.js';

/** What the officer does next: one sentence a verdict. The key names the sentence in the wording file. */
export const verdictActions = [
  'compare-face',
  'compare-face-by-hand',
  'endorse',
  'ask-hall',
  'expired',
  'take-in',
  'report-clone',
  'report-forgery',
  'report-tampering',
  'phone-platform',
  'correct-clock',
  'update-list',
  'ask-by-number',
  'present-again',
  'hold-still',
] as const;
export type VerdictAction = (typeof verdictActions)[number];

/**
 * Reasons why nothing could be told, in the order in which mending them helps: a wrong clock makes every date and list age worthless, an old list comes next, and only then is it
 * worth while to read the card again.
 */
const openCauses: readonly (readonly [VerdictAction, readonly string[]])[] = [
  ['correct-clock', ['clock-wrong', 'issued-in-future', 'signed-in-future']],
  ['update-list', ['status-list-missing', 'status-list-stale', 'trust-list-missing', 'trust-list-stale', 'issuer-unknown']],
  ['ask-by-number', ['index-not-found']],
  ['present-again', ['chip-silent']],
];

/** The line that made the verdict, and the reason that is said large. The action and this line agree: both look at the causes in the same order. */
export const decidingLine = ({ result, lines }: Pick<Verdict, 'result' | 'lines'>): VerdictLine | undefined => {
  const deciding = lines.filter((line) => line.result === result);
  const named = (reasons: readonly string[]): VerdictLine | undefined => deciding.find(({ reason }) => reasons.includes(reason));
  if (result === 'suspended') return named(['listed-suspended']) ?? deciding[0];
  if (result !== 'undetermined') return deciding[0];
  return openCauses.map(([, reasons]) => named(reasons)).find((line) => line !== undefined) ?? deciding[0];
};

/** Exactly one action for every verdict. `photoShown`: the chip's photo is on the screen. A decision of the authority weighs more than a missed endorsement: endorsing would not lift it. */
export const actionOf = (verdict: Pick<Verdict, 'result' | 'lines'>, photoShown: boolean): VerdictAction => {
  const reason = decidingLine(verdict)?.reason;
  switch (verdict.result) {
    case 'valid':
      return photoShown ? 'compare-face' : 'compare-face-by-hand';
    case 'suspended':
      return reason === 'endorsement-overdue' ? 'endorse' : 'ask-hall';
    case 'expired':
      return 'expired';
    case 'revoked':
      return 'take-in';
    case 'cloned':
      return 'report-clone';
    case 'forged':
      return 'report-forgery';
    case 'rolled-back':
      return 'report-tampering';
    case 'unconfirmed':
      return 'phone-platform';
    case 'undetermined':
      return openCauses.find(([, reasons]) => reason !== undefined && reasons.includes(reason))?.[0] ?? 'hold-still';
  }
};
