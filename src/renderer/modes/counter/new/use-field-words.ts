import type { FormIssue } from '../../../../contract/index.js';
import { useText } from '../../../i18n/index.js';
import { useFlow, type NewPermit } from './use-new-permit.js';

const named = ['name', 'idNumber', 'ethnicGroup', 'birth', 'sex', 'registeredAddress', 'phone', 'division', 'address', 'rentalHouse', 'since', 'registeredOn', 'grounds', 'employer', 'insuranceYears', 'guardian', 'agent', 'papers', 'notice', 'consents', 'photo', 'kind', 'stayMonths', 'distinctReason'] as const;
export type FieldName = (typeof named)[number];
const parts = ['name', 'idNumber', 'relation', 'reason'] as const;

const findIn = <T extends string>(list: readonly T[], text: string | undefined): T | undefined => list.find((each) => each === text);

export interface FieldWords {
  readonly label: (path: string) => string;
  /** what is wrong, as the summary and the field say it */
  readonly problem: (issue: FormIssue) => string;
  /** null: nothing is shown of this field now */
  readonly errorOf: (path: string) => string | null;
}

/** What the fields of the form are called, and what is wrong with them. */
export const useFieldWords = (): FieldWords => useFieldWordsOf(useFlow());

export const useFieldWordsOf = (flow: NewPermit): FieldWords => {
  const { t, failure } = useText();
  const label = (path: string): string => {
    const [owner, part] = path.split('.');
    const name = findIn(named, owner);
    const below = findIn(parts, part);
    if (name === undefined) return t('counterNew.fieldOther');
    return below === undefined ? t(`counterNew.field-${name}`) : t('counterNew.fieldOf', { whose: t(`counterNew.field-${name}`), what: t(`counterNew.person-${below}`) });
  };
  const problem = ({ field, code }: FormIssue): string => {
    if (code === 'FIELD_MISSING' || code === 'NAME_MISSING') return t('counterNew.fieldMissing', { field: label(field) });
    const { what, next } = failure(code);
    return t('counterNew.fieldWrong', { field: label(field), what, next });
  };
  return {
    label,
    problem,
    errorOf: (path) => {
      const issue = flow.shown.value.find(({ field }) => field === path);
      return issue === undefined ? null : problem(issue);
    },
  };
};
