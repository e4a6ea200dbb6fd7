import type { FullDate } from './dates.js';

/** A ground on which the 2016 rules give a permit; `talent` frees from the other conditions where the rules say so. */
export type Ground = 'employment' | 'housing' | 'schooling' | 'talent';

/** A class of the temporary permit: a stay up to `months` gets `months` of validity, when the conditions of the class are met. */
export interface TemporaryClass {
  readonly months: number;
  readonly registeredMonths: number;
  readonly insuranceYears: number;
  /** at least one of these must be shown; empty: none needed */
  readonly anyGround: readonly Ground[];
  /** every one of these must be shown */
  readonly allGrounds: readonly Ground[];
}

/** The rules in force from a day (inclusive) until another (inclusive): data, so that an old permit can be judged by its own time. */
export interface RuleSet {
  readonly id: string;
  readonly regime: 'A' | 'B';
  readonly from: FullDate;
  readonly until?: FullDate;
  /** the texts the numbers come from */
  readonly source: string;
  /** younger applicants need no permit and get none; 0: a child may hold one */
  readonly minimumAge: number;
  /** below this age a guardian or close relative applies */
  readonly guardianBelowAge: number;
  /** calendar days from acceptance to issue: what the law gives, and the most that a city may set (Order 663 Art. 9) */
  readonly issueDays: { readonly usual: number; readonly most: number };
  /** absent: this kind is not issued any more. Before its end it is extended within `extensionMonths`, renewed within `renewalDays` (Wenzhou 2013 Art. 12) */
  readonly temporary?: { readonly classes: readonly TemporaryClass[]; readonly extensionMonths: number; readonly renewalDays: number };
  readonly residence: {
    readonly registeredMonths: number;
    readonly insuranceYears: number;
    readonly anyGround: readonly Ground[];
    readonly allGrounds: readonly Ground[];
    /** investors and talents are free of the conditions above */
    readonly talentExempt: boolean;
    /** years of validity that may be granted; absent: no fixed end */
    readonly years?: { readonly least: number; readonly most: number };
  };
  /** absent: the permit carries a fixed end and no endorsement; the half-yearly check of 2013 is made by the police, not on the card */
  readonly endorsement?: {
    readonly everyMonths: number;
    /** the window opens this many months before the due day */
    readonly windowMonths: number;
    /** whether the due day itself still counts: the law is silent, so it is a setting */
    readonly dueDayCounts: boolean;
  };
}

const anyOfThree: readonly Ground[] = ['employment', 'housing', 'schooling'];

const temporary2009 = {
  classes: [
    { months: 6, registeredMonths: 0, insuranceYears: 0, anyGround: [], allGrounds: [] },
    { months: 12, registeredMonths: 0, insuranceYears: 0, anyGround: anyOfThree, allGrounds: [] },
    { months: 36, registeredMonths: 6, insuranceYears: 1, anyGround: [], allGrounds: ['employment', 'housing'] },
  ],
  extensionMonths: 1,
  renewalDays: 10,
} as const satisfies RuleSet['temporary'];

const residence2009 = {
  registeredMonths: 36,
  insuranceYears: 3,
  anyGround: [],
  allGrounds: ['employment', 'housing'],
  talentExempt: true,
  years: { least: 3, most: 9 },
} as const satisfies RuleSet['residence'];

/** The 2009 rules speak of 15 working days, which never span more than 30 days of the calendar outside of the long holidays. */
const fifteenDays = { usual: 15, most: 30 } as const;

const yearly = { everyMonths: 12, windowMonths: 1, dueDayCounts: true } as const;

/** In order of time, without gaps. Before the first there were other permits, which this product never issues. */
export const ruleSets: readonly RuleSet[] = [
  {
    id: 'zhejiang-2009',
    regime: 'A',
    from: '2009-10-01',
    until: '2013-03-05',
    source: '浙江省流动人口居住登记条例 (2009); the classes of the city measures are applied to the whole period',
    minimumAge: 16,
    guardianBelowAge: 16,
    issueDays: fifteenDays,
    temporary: temporary2009,
    residence: residence2009,
  },
  {
    id: 'wenzhou-2013',
    regime: 'A',
    from: '2013-03-06',
    until: '2015-12-31',
    source: '温委办发〔2013〕26号 Art. 9-13 under 浙江省流动人口居住登记条例 (2009)',
    minimumAge: 16,
    guardianBelowAge: 16,
    issueDays: fifteenDays,
    temporary: temporary2009,
    residence: residence2009,
  },
  {
    id: 'national-2016',
    regime: 'B',
    from: '2016-01-01',
    until: '2016-06-30',
    source: '居住证暂行条例 (国令第663号) Art. 2, 9, 10; 公通字〔2015〕38号',
    minimumAge: 0,
    guardianBelowAge: 16,
    issueDays: fifteenDays,
    residence: { registeredMonths: 6, insuranceYears: 0, anyGround: anyOfThree, allGrounds: [], talentExempt: false },
    endorsement: yearly,
  },
  {
    id: 'zhejiang-2016',
    regime: 'B',
    from: '2016-07-01',
    source: '浙江省流动人口居住登记条例 (2016 revision) Art. 16, 17, 19 under 居住证暂行条例',
    minimumAge: 0,
    guardianBelowAge: 16,
    issueDays: fifteenDays,
    residence: { registeredMonths: 6, insuranceYears: 0, anyGround: anyOfThree, allGrounds: [], talentExempt: true },
    endorsement: yearly,
  },
];

/** The rules in force on a day; undefined before 2009-10-01. */
export const ruleSetOn = (date: FullDate): RuleSet | undefined =>
  ruleSets.find((rules) => rules.from <= date && (rules.until === undefined || date <= rules.until));
