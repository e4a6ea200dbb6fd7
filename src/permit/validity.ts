import { addMonths, addYears, ageOn, isFullDate, type FullDate } from './dates.js';
import { findDivision } from './divisions.js';
import { findEthnicGroup } from './ethnic-groups.js';
import { checkIdNumber } from './id-number.js';
import type { PermitKind } from './permit-number.js';
import { refuse, type Refusal } from './refusal.js';
import { ruleSetOn, type Ground, type RuleSet } from './rules.js';

/** What the rules need of an application; the contract's `Application` has this shape (a test proves it). */
export interface PermitApplication {
  readonly name: string;
  readonly sex: 0 | 1 | 2 | 9;
  readonly ethnicGroup: number;
  readonly birth: FullDate;
  readonly idNumber: string;
  readonly residence: { readonly division: string; readonly since: FullDate };
  readonly kind: 'residence' | 'temporary';
  readonly registeredOn: FullDate;
  readonly grounds: readonly Ground[];
  readonly insuranceYears?: number | undefined;
  readonly stayMonths?: number | undefined;
  /** applies for a child (监护人) */
  readonly guardian?: Representative | undefined;
  /** applies for an adult who cannot come: why is said */
  readonly agent?: (Representative & { readonly reason: 'aged' | 'disabled' | 'ill' }) | undefined;
}

/** Who applies for somebody else, with both identity cards (Order 663 Art. 9). */
export interface Representative {
  readonly name: string;
  readonly idNumber: string;
  readonly relation: string;
}

export interface Granted {
  readonly ok: true;
  readonly kind: PermitKind;
  readonly issued: FullDate;
  /** last day of validity; absent: no fixed end, current while endorsed each year */
  readonly expires?: FullDate;
  /** id of the rule set */
  readonly rule: string;
}

interface Conditions {
  readonly registeredMonths: number;
  readonly insuranceYears: number;
  readonly anyGround: readonly Ground[];
  readonly allGrounds: readonly Ground[];
}

/** The person's data alone, by the rules of a day: for a registration, which needs no eligibility. Undefined when nothing is wrong. */
export const checkResident = (application: PermitApplication, onDate: FullDate): Refusal | undefined => {
  const rules = isFullDate(onDate) ? ruleSetOn(onDate) : undefined;
  // A child is registered also where the rules give it no permit (Wenzhou 2013 Art. 11).
  return rules === undefined ? refuse('DATE_IMPOSSIBLE', 'onDate') : checkPerson(application, onDate, { ...rules, minimumAge: 0 });
};

const checkPerson = (application: PermitApplication, onDate: FullDate, rules: RuleSet): Refusal | undefined => {
  const { birth, registeredOn, residence, guardian, agent } = application;
  if (application.name.trim() === '') return refuse('INPUT_INVALID', 'name');
  if (findEthnicGroup(application.ethnicGroup) === undefined) return refuse('INPUT_INVALID', 'ethnicGroup');
  for (const [field, date] of Object.entries({ birth, registeredOn, 'residence.since': residence.since })) {
    if (!isFullDate(date) || date > onDate || date < birth) return refuse('DATE_IMPOSSIBLE', field);
  }
  const id = checkIdNumber(application.idNumber, birth, application.sex);
  if (!id.ok) return id;
  if (residence.division.length !== 12 || findDivision(residence.division, onDate) === undefined) return refuse('DIVISION_UNKNOWN', 'residence.division');
  const age = ageOn(birth, onDate);
  if (age < rules.minimumAge) return refuse('NOT_ELIGIBLE', `under-${rules.minimumAge}`);
  const child = age < rules.guardianBelowAge;
  if (child && guardian === undefined) return refuse('INPUT_INVALID', 'guardian');
  // A child's representative is the guardian, whoever comes: an agent speaks for an adult.
  if (child && agent !== undefined) return refuse('INPUT_INVALID', 'agent');
  return checkRepresentative('guardian', guardian, application, onDate) ?? checkRepresentative('agent', agent, application, onDate);
};

/** An adult, and somebody else than the applicant. */
const checkRepresentative = (
  field: 'guardian' | 'agent',
  representative: Representative | undefined,
  { idNumber }: PermitApplication,
  onDate: FullDate,
): Refusal | undefined => {
  if (representative === undefined) return undefined;
  const id = checkIdNumber(representative.idNumber);
  if (!id.ok) return refuse(id.code, `${field}.idNumber`);
  return representative.idNumber === idNumber || ageOn(id.birth, onDate) < 18 ? refuse('INPUT_INVALID', `${field}.idNumber`) : undefined;
};

/** Every missing condition at once: the law wants it told once, completely (一次性告知, Order 663 Art. 9). */
const missing = (application: PermitApplication, onDate: FullDate, conditions: Conditions): string[] => {
  const gaps: string[] = [];
  if (addMonths(application.registeredOn, conditions.registeredMonths) > onDate) gaps.push(`registered-${conditions.registeredMonths}-months`);
  if ((application.insuranceYears ?? 0) < conditions.insuranceYears) gaps.push(`insured-${conditions.insuranceYears}-years`);
  if (conditions.anyGround.length > 0 && !conditions.anyGround.some((ground) => application.grounds.includes(ground))) gaps.push('ground');
  gaps.push(...conditions.allGrounds.filter((ground) => !application.grounds.includes(ground)));
  return gaps;
};

const grantTemporary = (application: PermitApplication, onDate: FullDate, rules: RuleSet): Granted | Refusal => {
  const stay = application.stayMonths ?? 6;
  const wanted = rules.temporary?.classes.find(({ months }) => stay <= months);
  if (rules.temporary === undefined) return refuse('KIND_NOT_AVAILABLE', 'kind');
  if (wanted === undefined) return refuse('INPUT_INVALID', 'stayMonths');
  const gaps = missing(application, onDate, wanted);
  if (gaps.length > 0) return refuse('NOT_ELIGIBLE', gaps.join(','));
  return { ok: true, kind: 2, issued: onDate, expires: addMonths(onDate, wanted.months), rule: rules.id };
};

const grantResidence = (application: PermitApplication, onDate: FullDate, rules: RuleSet, years: number | undefined): Granted | Refusal => {
  const { residence } = rules;
  const exempt = residence.talentExempt && application.grounds.includes('talent');
  const gaps = exempt ? [] : missing(application, onDate, residence);
  if (gaps.length > 0) return refuse('NOT_ELIGIBLE', gaps.join(','));
  if (residence.years === undefined) return { ok: true, kind: 1, issued: onDate, rule: rules.id };
  const granted = years ?? residence.years.least;
  if (!Number.isInteger(granted) || granted < residence.years.least || granted > residence.years.most) return refuse('INPUT_INVALID', 'residenceYears');
  return { ok: true, kind: 1, issued: onDate, expires: addYears(onDate, granted), rule: rules.id };
};

/**
 * Decides an application by the rules in force on `onDate` (the day of issue): the person's data, then the conditions of the kind.
 * `residenceYears` is the officer's choice under the 2009 rules, 3 to 9 (Wenzhou 2013 Art. 9); the law gives a range only, so without it
 * the shortest is granted. Whether the person's home is outside the city cannot be seen in free text and is the counter's to check.
 */
export const decideValidity = (
  application: PermitApplication,
  options: { readonly onDate: FullDate; readonly residenceYears?: number },
): Granted | Refusal => {
  const { onDate } = options;
  if (!isFullDate(onDate)) return refuse('DATE_IMPOSSIBLE', 'onDate');
  const rules = ruleSetOn(onDate);
  if (rules === undefined) return refuse('KIND_NOT_AVAILABLE', 'onDate');
  const fault = checkPerson(application, onDate, rules);
  if (fault !== undefined) return fault;
  switch (application.kind) {
    case 'temporary':
      return grantTemporary(application, onDate, rules);
    case 'residence':
      return grantResidence(application, onDate, rules, options.residenceYears);
  }
};

/** The permit that another card is made of: what stands in its number and on its first card. */
export interface PermitReplaced {
  readonly kind: PermitKind;
  readonly issued: FullDate;
  readonly expires?: FullDate | undefined;
}

/**
 * Another card of a permit that exists, made on `onDate`. The person's data is checked by the rules of that day; kind, day of issue and end stay, for the years
 * and the due days count from them, and the conditions were judged when the permit was granted.
 */
export const decideReplacement = (application: PermitApplication, { kind, issued, expires }: PermitReplaced, onDate: FullDate): Granted | Refusal => {
  if (!isFullDate(issued) || issued > onDate) return refuse('DATE_IMPOSSIBLE', 'replaces.issued');
  const granted = ruleSetOn(issued);
  const rules = ruleSetOn(onDate);
  if (granted === undefined || rules === undefined) return refuse('KIND_NOT_AVAILABLE', 'replaces.issued');
  if (kindOf(application) !== kind) return refuse('INPUT_INVALID', 'kind');
  const fault = checkPerson(application, onDate, rules);
  if (fault !== undefined) return fault;
  if (expires !== undefined && (!isFullDate(expires) || expires < issued)) return refuse('DATE_IMPOSSIBLE', 'replaces.expires');
  return { ok: true, kind, issued, ...(expires === undefined ? {} : { expires }), rule: granted.id };
};

/** The kind as a permit number carries it. */
export const kindOf = ({ kind }: Pick<PermitApplication, 'kind'>): PermitKind => (kind === 'residence' ? 1 : 2);
