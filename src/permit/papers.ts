import { ageOn, type FullDate } from './dates.js';
import type { Purpose } from './life-cycle-events.js';
import { ruleSetOn, type Ground } from './rules.js';

/** Papers that a counter asks for. The contract's `paperCodes` are these (a test proves it). */
export type Paper =
  | 'identity-card'
  | 'photo'
  | 'proof-of-residence'
  | 'proof-of-employment'
  | 'proof-of-schooling'
  | 'proof-of-talent'
  | 'insurance-record'
  | 'guardian-identity'
  | 'guardian-relation'
  | 'agent-identity'
  | 'agent-authority'
  | 'old-card'
  | 'loss-statement';

/** Why it is asked for: an id of the contract's rule texts (a test proves it). */
export type PaperRule =
  | 'papers-identity'
  | 'papers-residence'
  | 'papers-employment'
  | 'papers-schooling'
  | 'papers-talent'
  | 'papers-insurance'
  | 'papers-guardian'
  | 'papers-agent'
  | 'papers-old-card'
  | 'papers-loss';

export interface PaperAsked {
  readonly code: Paper;
  readonly rule: PaperRule;
}

/** What decides which papers are asked for; what is not known yet is absent. */
export interface PaperCase {
  readonly purpose: Purpose;
  readonly grounds: readonly Ground[];
  readonly birth?: FullDate | undefined;
  readonly insuranceYears?: number | undefined;
  /** somebody applies for the resident */
  readonly guardian: boolean;
  readonly agent: boolean;
}

const asked = (rule: PaperRule, ...codes: readonly Paper[]): readonly PaperAsked[] => codes.map((code) => ({ code, rule }));

const ofGround: Readonly<Record<Ground, readonly PaperAsked[]>> = {
  employment: asked('papers-employment', 'proof-of-employment'),
  // The home that is the ground is the home that the permit names.
  housing: [],
  schooling: asked('papers-schooling', 'proof-of-schooling'),
  talent: asked('papers-talent', 'proof-of-talent'),
};

/** The permit is given anew: the conditions are judged, so each is shown (Order 663 Art. 9). */
const conditions = ({ grounds, insuranceYears }: PaperCase, regime: 'A' | 'B'): readonly PaperAsked[] => [
  ...asked('papers-residence', 'proof-of-residence'),
  ...grounds.flatMap((ground) => ofGround[ground]),
  // The 2016 rules ask for no insurance.
  ...(regime === 'A' && (insuranceYears ?? 0) > 0 ? asked('papers-insurance', 'insurance-record') : []),
];

/** The card before (Order 663 Art. 11): handed back, or its loss stated. A correction and an exchange take it back too. */
const ofCardBefore = (purpose: Exclude<Purpose, 'first'>): readonly PaperAsked[] => (purpose === 'lost' ? asked('papers-loss', 'loss-statement') : asked('papers-old-card', 'old-card'));

/** Who applies for somebody else shows both identity cards: that of the resident is asked for anyway (Order 663 Art. 9). */
const ofRepresentative = ({ guardian, agent, birth }: PaperCase, onDate: FullDate, guardianBelowAge: number): readonly PaperAsked[] => {
  const child = birth !== undefined && birth <= onDate && ageOn(birth, onDate) < guardianBelowAge;
  return [
    ...(child || guardian ? asked('papers-guardian', 'guardian-identity', 'guardian-relation') : []),
    // A child's representative is the guardian, whoever comes.
    ...(agent && !child ? asked('papers-agent', 'agent-identity', 'agent-authority') : []),
  ];
};

/**
 * Every paper that a case needs on a day, with the rule that asks for it, in the order in which a counter takes them. What is missing is told once, completely (一次性告知), so this list is the
 * whole of it: no later step asks for more. Empty before the first rules of this product (2009).
 */
export const papersFor = (its: PaperCase, onDate: FullDate): readonly PaperAsked[] => {
  const rules = ruleSetOn(onDate);
  if (rules === undefined) return [];
  // Another card of a permit that was given: its conditions were shown then. An exchange gives another permit.
  const anew = its.purpose === 'first' || its.purpose === 'exchange';
  return [
    ...asked('papers-identity', 'identity-card', 'photo'),
    ...(anew ? conditions(its, rules.regime) : []),
    ...ofRepresentative(its, onDate, rules.guardianBelowAge),
    ...(its.purpose === 'first' ? [] : ofCardBefore(its.purpose)),
  ];
};
