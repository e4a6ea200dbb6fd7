import { formSteps, type FormDraft, type FormStep, type Purpose } from '../../../../contract/index.js';

/** The order of a new permit, which field belongs to which step, and where a draft may be opened. */

/** Steps in which something is typed or chosen; the application is not accepted yet. */
export const typedSteps = ['identity', 'duplicates', 'address', 'work', 'papers', 'notice', 'photo', 'kind', 'answers'] as const satisfies readonly FormStep[];
export type TypedStep = (typeof typedSteps)[number];
export const isTyped = (step: FormStep): step is TypedStep => (typedSteps as readonly FormStep[]).includes(step);

/** Another card of a permit that exists is no duplicate of it. */
export const stepsOf = (purpose: Purpose): readonly FormStep[] => formSteps.filter((step) => step !== 'duplicates' || purpose === 'first');

const fields: Readonly<Record<TypedStep, readonly string[]>> = {
  identity: ['name', 'idNumber', 'ethnicGroup', 'birth', 'sex', 'registeredAddress', 'phone'],
  duplicates: ['distinctReason'],
  address: ['division', 'address', 'rentalHouse', 'since', 'registeredOn'],
  work: ['grounds', 'employer', 'insuranceYears', 'guardian', 'agent'],
  papers: ['papers'],
  notice: ['notice', 'consents'],
  photo: ['photo'],
  kind: ['kind', 'stayMonths'],
  answers: [],
};

/** Of a field or of a path below it (`guardian.name`); what nobody knows is shown with all the answers. */
export const stepOfField = (path: string): TypedStep => {
  const [field = ''] = path.split('.');
  return typedSteps.find((step) => fields[step].includes(field)) ?? 'answers';
};

/** The order of the fields on their screen: problems are listed alike. */
export const orderOfField = (path: string): number => {
  const [field = ''] = path.split('.');
  return typedSteps.flatMap((step) => fields[step]).indexOf(field);
};

export const isFormStep = (text: unknown): text is FormStep => (formSteps as readonly unknown[]).includes(text);

/** What was accepted is not typed in again; what was written is only handed over. */
export const openStep = ({ purpose, receipt, issued }: { readonly purpose: Purpose; readonly receipt: string | undefined; readonly issued: FormDraft['issued'] }, wanted: FormStep): FormStep => {
  if (issued !== undefined) return wanted === 'done' ? 'done' : 'hand-over';
  if (receipt !== undefined) return 'write';
  return isTyped(wanted) && stepsOf(purpose).includes(wanted) ? wanted : isTyped(wanted) ? 'address' : 'answers';
};

export const stepAfter = (purpose: Purpose, step: FormStep): FormStep => {
  const steps = stepsOf(purpose);
  return steps[steps.indexOf(step) + 1] ?? step;
};

/** Null: there is nothing to go back to, or not any more. */
export const stepBefore = (purpose: Purpose, step: FormStep): FormStep | null => {
  const steps = stepsOf(purpose);
  return isTyped(step) ? (steps[steps.indexOf(step) - 1] ?? null) : null;
};

export type StepMark = 'current' | 'done' | 'wrong' | 'todo';

/** `reached`: the furthest step that was shown. `wrong`: steps with something that was told and is not put right. */
export const stepMarks = (purpose: Purpose, current: FormStep, reached: FormStep, wrong: ReadonlySet<FormStep>): readonly { readonly step: FormStep; readonly mark: StepMark }[] => {
  const steps = stepsOf(purpose);
  const furthest = steps.indexOf(reached);
  return steps.map((step, at) => ({ step, mark: step === current ? 'current' : at > furthest ? 'todo' : wrong.has(step) ? 'wrong' : at < furthest ? 'done' : 'todo' }));
};
