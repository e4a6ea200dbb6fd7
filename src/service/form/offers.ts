import type { Application, PermitOffer, Purpose } from '../../contract/index.js';
import { decideValidity, endorsementDue, type FullDate, type Granted, type Refusal, type RuleSet } from '../../permit/index.js';

type Kind = Pick<PermitOffer, 'kind' | 'stayMonths' | 'rule'>;

const offered = (its: Kind, decided: Granted | Refusal): PermitOffer => {
  if (!decided.ok) return { ...its, possible: false, refused: { code: decided.code, detail: decided.detail } };
  const { issued, expires } = decided;
  const due = endorsementDue({ issued, expires });
  return { ...its, possible: true, issued, ...(expires === undefined ? {} : { expires }), ...(due === undefined ? {} : { endorsementDue: due }) };
};

const residenceRule = ({ grounds }: Application, rules: RuleSet): PermitOffer['rule'] => {
  if (rules.residence.talentExempt && grounds.includes('talent')) return 'residence-talent';
  return rules.regime === 'A' ? 'residence-2009' : 'residence-2016';
};

const classRules = { 6: 'temporary-6', 12: 'temporary-12', 36: 'temporary-36' } as const satisfies Readonly<Record<number, PermitOffer['rule']>>;
const classRule = (months: number): PermitOffer['rule'] => (months === 6 || months === 12 || months === 36 ? classRules[months] : 'temporary-36');

const temporaries = (application: Application, rules: RuleSet, onDate: FullDate): readonly PermitOffer[] => {
  const decided = (stayMonths: number | undefined): Granted | Refusal => decideValidity({ ...application, kind: 'temporary', stayMonths }, { onDate });
  if (rules.temporary === undefined) return [offered({ kind: 'temporary', rule: 'one-kind' }, decided(undefined))];
  return rules.temporary.classes.map(({ months }) => offered({ kind: 'temporary', stayMonths: months, rule: classRule(months) }, decided(months)));
};

/**
 * Every kind and class as it could be given to this person on a day, or why not. Another card of a permit keeps the kind and the dates of its permit (`same-permit`), which the form does not know.
 */
export const offersOf = (application: Application, purpose: Purpose, rules: RuleSet, onDate: FullDate): readonly PermitOffer[] => {
  const residence = decideValidity({ ...application, kind: 'residence' }, { onDate });
  switch (purpose) {
    case 'first':
      return [offered({ kind: 'residence', rule: residenceRule(application, rules) }, residence), ...temporaries(application, rules, onDate)];
    case 'exchange':
      return [offered({ kind: 'residence', rule: 'exchange-old' }, residence)];
    case 'damaged':
    case 'lost':
    case 'correction':
      // The person's data was judged already; the conditions were when the permit was given.
      return [{ kind: application.kind, possible: true, rule: 'same-permit' }];
  }
};
