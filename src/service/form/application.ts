import { application as applicationSchema, type Application, type ApplicationForm, type FailureCode, type FormIssue } from '../../contract/index.js';
import { ageOn, checkIdNumber, checkResident, findDivision, findEthnicGroup, isFullDate, normaliseIdNumber, type FullDate, type RuleSet } from '../../permit/index.js';
import { typedCode, typedDate, typedDivision, typedText } from './typed.js';

/** What the form says of the person, whatever is still missing. */
export interface Person {
  readonly birth: FullDate | undefined;
  readonly sex: 1 | 2 | undefined;
  /** six digits: where the number was given */
  readonly division6: string | undefined;
  readonly age: number | undefined;
  readonly child: boolean;
}

export interface FormRead {
  readonly person: Person;
  /** in the order in which the form asks */
  readonly issues: readonly FormIssue[];
  /** sound but for its kind, which may not be chosen yet */
  readonly application: Application | undefined;
  readonly kindChosen: boolean;
  /** whether somebody applies for the resident: their details were begun */
  readonly guardian: boolean;
  readonly agent: boolean;
  /** of social insurance; 0 where none were typed */
  readonly insuranceYears: number;
}

type Said = (field: string, code: FailureCode) => undefined;
type Somebody = NonNullable<ApplicationForm['guardian']>;

/** Whose details were begun at all: a form may hold empty texts of a part that was opened and closed again. */
const begun = <T extends Somebody & { readonly reason?: string | undefined }>(somebody: T | undefined): T | undefined =>
  Object.values(somebody ?? {}).some((value) => typedText(value) !== undefined) ? somebody : undefined;

const personOf = (form: ApplicationForm, idNumber: string | undefined, rules: RuleSet, today: FullDate): Person => {
  const read = idNumber === undefined ? undefined : checkIdNumber(idNumber);
  const typed = typedDate(form.birth);
  const birth = read?.ok === true ? read.birth : typed !== undefined && isFullDate(typed) ? typed : undefined;
  const age = birth === undefined || birth > today ? undefined : ageOn(birth, today);
  return { birth, sex: read?.ok === true ? read.sex : undefined, division6: read?.ok === true ? read.division6 : undefined, age, child: age !== undefined && age < rules.guardianBelowAge };
};

const checkIdentity = (form: ApplicationForm, idNumber: string | undefined, today: FullDate, say: Said): void => {
  if (typedText(form.name) === undefined) say('name', 'NAME_MISSING');
  const id = idNumber === undefined ? undefined : checkIdNumber(idNumber);
  if (id === undefined) say('idNumber', 'FIELD_MISSING');
  else if (!id.ok) say('idNumber', id.code);
  const birth = typedDate(form.birth);
  if (birth !== undefined && (!isFullDate(birth) || birth > today)) say('birth', 'DATE_IMPOSSIBLE');
  else if (id?.ok === true && birth !== undefined && birth !== id.birth) say('birth', 'ID_NUMBER_MISMATCH');
  else if (id?.ok === true && id.birth > today) say('idNumber', 'DATE_IMPOSSIBLE');
  if (id?.ok === true && (form.sex === 1 || form.sex === 2) && form.sex !== id.sex) say('sex', 'ID_NUMBER_MISMATCH');
  if (form.ethnicGroup === undefined) say('ethnicGroup', 'FIELD_MISSING');
  else if (findEthnicGroup(form.ethnicGroup) === undefined) say('ethnicGroup', 'INPUT_INVALID');
  if (typedText(form.registeredAddress) === undefined) say('registeredAddress', 'FIELD_MISSING');
};

const checkHome = (form: ApplicationForm, birth: FullDate | undefined, today: FullDate, say: Said): void => {
  const division = typedDivision(form.division);
  if (division === undefined) say('division', 'FIELD_MISSING');
  else if (division.length !== 12 || findDivision(division, today) === undefined) say('division', 'DIVISION_UNKNOWN');
  if (typedText(form.address) === undefined) say('address', 'FIELD_MISSING');
  for (const field of ['since', 'registeredOn'] as const) {
    const date = typedDate(form[field]);
    if (date === undefined) say(field, 'FIELD_MISSING');
    else if (!isFullDate(date) || date > today || (birth !== undefined && date < birth)) say(field, 'DATE_IMPOSSIBLE');
  }
};

/** An adult, and somebody else than the applicant (Order 663 Art. 9). */
const checkSomebody = (field: 'guardian' | 'agent', somebody: Somebody, applicant: string | undefined, today: FullDate, say: Said): void => {
  if (typedText(somebody.name) === undefined) say(`${field}.name`, 'NAME_MISSING');
  const typed = typedCode(somebody.idNumber);
  const id = typed === undefined ? undefined : checkIdNumber(typed);
  if (id === undefined) say(`${field}.idNumber`, 'FIELD_MISSING');
  else if (!id.ok) say(`${field}.idNumber`, id.code);
  else if (typed === applicant || id.birth > today || ageOn(id.birth, today) < 18) say(`${field}.idNumber`, 'INPUT_INVALID');
  if (typedText(somebody.relation) === undefined) say(`${field}.relation`, 'FIELD_MISSING');
};

const checkRepresentatives = (form: ApplicationForm, idNumber: string | undefined, child: boolean, today: FullDate, say: Said): void => {
  const [guardian, agent] = [begun(form.guardian), begun(form.agent)];
  if (guardian !== undefined) checkSomebody('guardian', guardian, idNumber, today, say);
  else if (child) say('guardian', 'GUARDIAN_REQUIRED');
  if (agent === undefined) return;
  // A child's representative is the guardian, whoever comes.
  if (child) say('agent', 'INPUT_INVALID');
  checkSomebody('agent', agent, idNumber, today, say);
  if (agent.reason === undefined) say('agent.reason', 'FIELD_MISSING');
};

const given = <K extends string, T>(name: K, value: T | undefined): { readonly [N in K]?: T } => (value === undefined ? {} : ({ [name]: value } as { readonly [N in K]?: T }));

const somebodyOf = (somebody: Somebody) => ({ name: typedText(somebody.name), idNumber: typedCode(somebody.idNumber), relation: typedText(somebody.relation) });

/** The form in the shape of an application; what is missing is missing. */
const built = (form: ApplicationForm, person: Person, kind: Application['kind'], idNumber: string | undefined) => {
  const [guardian, agent] = [begun(form.guardian), begun(form.agent)];
  const insurance = typedCode(form.insuranceYears);
  return {
    name: typedText(form.name),
    sex: form.sex ?? person.sex,
    ethnicGroup: form.ethnicGroup,
    birth: typedDate(form.birth) ?? person.birth,
    idNumber,
    registeredAddress: typedText(form.registeredAddress),
    residence: {
      division: typedDivision(form.division),
      address: typedText(form.address),
      ...given('rentalHouse', typedCode(form.rentalHouse)),
      ...given('employer', typedText(form.employer)),
      since: typedDate(form.since),
    },
    kind,
    registeredOn: typedDate(form.registeredOn),
    grounds: form.grounds ?? [],
    ...given('insuranceYears', insurance === undefined ? undefined : Number(insurance)),
    ...given('stayMonths', form.stayMonths),
    ...given('guardian', guardian === undefined ? undefined : somebodyOf(guardian)),
    ...given('agent', agent === undefined ? undefined : { ...somebodyOf(agent), reason: agent.reason }),
    ...given('phone', typedCode(form.phone)),
    ...given('notice', form.notice === undefined ? undefined : { ...form.notice, consents: form.consents ?? [] }),
  };
};

/** Fields of an application under the names that the form has for them. */
const fieldOf = (path: string): string => path.replace(/^residence\./, '');

/** What the form says by the rules of a day. Whether it is complete is said field by field; `application` is what may be handed in once nothing is wrong with the person and the home. */
export const readForm = (form: ApplicationForm, rules: RuleSet, today: FullDate): FormRead => {
  const issues: FormIssue[] = [];
  const say: Said = (field, code) => void issues.push({ field, code });
  const idNumber = form.idNumber === undefined || form.idNumber.trim() === '' ? undefined : normaliseIdNumber(form.idNumber);
  const person = personOf(form, idNumber, rules, today);
  checkIdentity(form, idNumber, today, say);
  checkHome(form, person.birth, today, say);
  if (form.insuranceYears !== undefined && !/^\d{0,2}$/.test(typedCode(form.insuranceYears) ?? '')) say('insuranceYears', 'INPUT_INVALID');
  checkRepresentatives(form, idNumber, person.child, today, say);
  // Where the rules know one kind alone nobody has to choose it.
  const kind = form.kind ?? (rules.temporary === undefined ? 'residence' : undefined);
  const years = Number(typedCode(form.insuranceYears) ?? 0);
  const said = { person, kindChosen: kind !== undefined, guardian: begun(form.guardian) !== undefined, agent: begun(form.agent) !== undefined, insuranceYears: Number.isInteger(years) ? years : 0 };
  if (issues.length > 0) return { ...said, issues, application: undefined };
  const parsed = applicationSchema.safeParse(built(form, person, kind ?? 'residence', idNumber));
  if (!parsed.success) return { ...said, issues: parsed.error.issues.map(({ path }) => ({ field: fieldOf(path.join('.')), code: 'INPUT_INVALID' })), application: undefined };
  // The rules have the last word: what is handed in is judged by them once more.
  const refused = checkResident(parsed.data, today);
  if (refused !== undefined) return { ...said, issues: [{ field: fieldOf(refused.detail), code: refused.code }], application: undefined };
  return { ...said, issues, application: parsed.data };
};
