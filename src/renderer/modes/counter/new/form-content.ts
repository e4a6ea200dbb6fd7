import type { ApplicationForm, FormIssue } from '../../../../contract/index.js';
import { orderOfField, stepOfField, type TypedStep } from './flow-steps.js';

/** What stands in a form: how it is kept, what follows from what was typed, and which of its problems are shown. */

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> => typeof value === 'object' && value !== null && !Array.isArray(value);

const pruned = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.length === 0 ? undefined : [...(value as readonly unknown[])];
  if (isObject(value)) return Object.fromEntries(Object.entries(value).flatMap(([key, each]) => (pruned(each) === undefined ? [] : [[key, pruned(each)]])));
  return typeof value === 'string' && value.trim() === '' ? undefined : value;
};

/** A plain copy without what is empty: nothing of the page's own in it, so that any link carries it. A guardian or agent of whom nothing was typed yet stays. */
export const plainForm = (form: ApplicationForm): ApplicationForm => pruned(form) as ApplicationForm;

export interface Derived {
  readonly birth?: string | undefined;
  readonly sex?: 1 | 2 | undefined;
}

/** Birth and sex as the ID number says; what somebody corrected by hand stays. `before`: what the number said the last time. */
export const withDerived = (form: Readonly<ApplicationForm>, before: Derived, now: Derived): Pick<ApplicationForm, 'birth' | 'sex'> => ({
  birth: now.birth !== undefined && (form.birth === undefined || form.birth === '' || form.birth === before.birth) ? now.birth : form.birth,
  sex: now.sex !== undefined && (form.sex === undefined || form.sex === before.sex) ? now.sex : form.sex,
});

/** The day of registration follows the day since which somebody lives there, until it is typed itself. */
export const withSince = (form: Readonly<ApplicationForm>, since: string): Pick<ApplicationForm, 'since' | 'registeredOn'> => ({
  since,
  registeredOn: form.registeredOn === undefined || form.registeredOn === '' || form.registeredOn === form.since ? since : form.registeredOn,
});

const unfilled: readonly string[] = ['FIELD_MISSING', 'NAME_MISSING', 'PHOTO_MISSING', 'NOTICE_UNREAD', 'GUARDIAN_REQUIRED'];

/**
 * Which problems of a step are shown: what was left with something wrong in it, at once; what is not filled in, only when the step was to be done (`submitted`). With the answers all of them are, but for a
 * photo: it may come in later as a missing paper.
 */
export const shownIssues = (issues: readonly FormIssue[], step: TypedStep, touched: ReadonlySet<string>, submitted: boolean): readonly FormIssue[] =>
  issues
    .filter(({ field, code }) => (step === 'answers' ? submitted && code !== 'PHOTO_MISSING' : stepOfField(field) === step && (submitted || (touched.has(field) && !unfilled.includes(code)))))
    .filter(({ field }, at, all) => all.findIndex((other) => other.field === field) === at)
    .toSorted((one, other) => orderOfField(one.field) - orderOfField(other.field));

/** What was typed of an address with the county and town before it, unless they were typed too. */
export const wholeAddress = (division: string | null, typed: string): string => (division === null || typed.trim() === '' || typed.includes(division) ? typed : `${division}${typed.trim()}`);

/** Id of a field's element on the page. */
export const fieldId = (path: string): string => `field-${path.replaceAll('.', '-')}`;

/** The number as it is shown where it need not be read out: region and end, the rest hidden. */
export const maskedId = (idNumber: string | undefined): string | null => (idNumber === undefined || idNumber === '' ? null : idNumber.length < 15 ? idNumber.replaceAll(/./gu, '*') : `${idNumber.slice(0, 6)}${'*'.repeat(idNumber.length - 10)}${idNumber.slice(-4)}`);

type OwnText = 'name' | 'birth' | 'idNumber' | 'registeredAddress' | 'division' | 'address' | 'rentalHouse' | 'employer' | 'since' | 'registeredOn' | 'insuranceYears' | 'phone';
const personTexts = ['name', 'idNumber', 'relation'] as const;
export type TextPath = OwnText | `${'guardian' | 'agent'}.${(typeof personTexts)[number]}`;

const isPersonText = (text: string | undefined): text is (typeof personTexts)[number] => (personTexts as readonly (string | undefined)[]).includes(text);

/** A text of the form, empty where nothing was typed. */
export const textAt = (form: Readonly<ApplicationForm>, path: TextPath): string => {
  const [owner, part] = path.split('.');
  if (isPersonText(part)) return (owner === 'guardian' ? form.guardian : form.agent)?.[part] ?? '';
  return form[path as OwnText] ?? '';
};

export const setTextAt = (form: ApplicationForm, path: TextPath, text: string): void => {
  const [owner, part] = path.split('.');
  if (!isPersonText(part)) form[path as OwnText] = text;
  else if (owner === 'guardian') form.guardian = { ...form.guardian, [part]: text };
  else form.agent = { ...form.agent, [part]: text };
};
