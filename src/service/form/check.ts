import type { ApplicationForm, FormIssue, Notice, PaperCode, PermitOffer, Purpose, TerminalRules, WorkflowOutcome } from '../../contract/index.js';
import { feeFor, findDivision, issueDueOn, papersFor, provinceOf, ruleSetOn, type FullDate } from '../../permit/index.js';
import { readForm, type FormRead, type Person } from './application.js';
import { offersOf } from './offers.js';

export interface FormChecked {
  readonly form: ApplicationForm;
  readonly purpose: Purpose;
  readonly hasPhoto: boolean;
}
export interface FormRules {
  readonly today: FullDate;
  readonly rules: TerminalRules;
  /** every version that was pulled */
  readonly notices: readonly Notice[];
}
type Outcome = WorkflowOutcome<'form-check'>;

/** The newest of those in force on a day: by the day from which it holds, then by version. */
export const noticeOn = (notices: readonly Notice[], day: FullDate): Notice | undefined =>
  notices.filter(({ from }) => from <= day).sort((a, b) => (a.from === b.from ? b.version - a.version : a.from < b.from ? 1 : -1))[0];

/** Where the ID number was given: a county of this city by its name, else the province. */
const homeOf = ({ division6 }: Person, today: FullDate): string | undefined => (division6 === undefined ? undefined : (findDivision(division6, today)?.name ?? provinceOf(division6)));

const derivedOf = (person: Person, division: string | undefined, today: FullDate): Outcome['derived'] => {
  const { birth, sex, age, child } = person;
  const county = homeOf(person, today);
  const authority = division === undefined ? undefined : findDivision(division, today)?.county.authority;
  return { ...(birth === undefined ? {} : { birth }), ...(sex === undefined ? {} : { sex }), ...(county === undefined ? {} : { county }), ...(age === undefined ? {} : { age }), guardian: child, ...(authority === undefined ? {} : { authority }) };
};

/** What is wrong with the kind that was chosen: the refusal of its offer. */
const kindIssue = ({ application, kindChosen }: FormRead, offers: readonly PermitOffer[]): readonly FormIssue[] => {
  if (!kindChosen) return [{ field: 'kind', code: 'FIELD_MISSING' }];
  if (application === undefined) return [];
  const ofKind = offers.filter(({ kind }) => kind === application.kind);
  const chosen = application.kind === 'temporary' ? (ofKind.find(({ stayMonths }) => stayMonths !== undefined && (application.stayMonths ?? 6) <= stayMonths) ?? ofKind[0]) : ofKind[0];
  return chosen?.refused === undefined ? [] : [{ field: 'kind', code: chosen.refused.code }];
};

const noticeUnread = ({ notice: shown }: ApplicationForm, notice: Notice | undefined): boolean => notice !== undefined && (shown?.id !== notice.id || shown.version !== notice.version);

/**
 * What is wrong with a form field by field, what it may become and which papers it needs, by the rules of a day: pure. A missing photo or paper, or conditions that are not met, keep nobody from being
 * registered or accepted, so `application` is there without them; without the notice it is not.
 */
export const checkForm = ({ form, purpose, hasPhoto }: FormChecked, { today, rules, notices }: FormRules): Outcome => {
  const set = ruleSetOn(today);
  if (set === undefined) throw new RangeError('a day before the first rules');
  const read = readForm(form, set, today);
  const offers = read.application === undefined ? [] : offersOf(read.application, purpose, set, today);
  const notice = noticeOn(notices, today);
  const unread = noticeUnread(form, notice);
  const { guardian, agent, insuranceYears } = read;
  const { birth } = read.person;
  const shown = (code: PaperCode): boolean => (code === 'photo' ? hasPhoto : form.papers?.includes(code) === true);
  const papers = papersFor({ purpose, grounds: form.grounds ?? [], birth, insuranceYears, guardian, agent }, today).map((paper) => ({ ...paper, shown: shown(paper.code) }));
  return {
    issues: [...read.issues, ...kindIssue(read, offers), ...(hasPhoto ? [] : [{ field: 'photo', code: 'PHOTO_MISSING' } as const]), ...(unread ? [{ field: 'notice', code: 'NOTICE_UNREAD' } as const] : [])],
    ...(read.application === undefined || !read.kindChosen || unread ? {} : { application: read.application }),
    offers: [...offers],
    papers,
    missingPapers: papers.filter((paper) => !paper.shown).map(({ code }) => code),
    derived: derivedOf(read.person, form.division, today),
    ...(notice === undefined ? {} : { notice: { id: notice.id, version: notice.version, zh: notice.zh, en: notice.en } }),
    dueOn: issueDueOn(today, rules.issueDays),
    feeFen: feeFor(`issue:${purpose}`, rules.fees),
  };
};
