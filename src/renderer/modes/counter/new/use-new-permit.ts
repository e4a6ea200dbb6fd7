import { computed, inject, onBeforeUnmount, reactive, ref, shallowReactive, shallowRef, watch, type ComputedRef, type InjectionKey, type Ref, type ShallowRef } from 'vue';
import { done, failed, type ApplicationForm, type Failure, type FormDraft, type FormIssue, type FormStep, type Purpose, type WorkflowOutcome } from '../../../../contract/index.js';
import { useService } from '../../../service/use-service.js';
import { useClock } from '../../../service/use-clock.js';
import { dateText } from '../../common/times.js';
import type { Told } from '../card-told.js';
import { createAutosave, type SaveState } from './autosave.js';
import { isTyped, openStep, stepAfter, stepBefore, stepOfField, stepsOf } from './flow-steps.js';
import { plainForm, shownIssues, withDerived, type Derived } from './form-content.js';

/**
 * One new permit while it is made: what was typed, what the service says of it, what is kept of it. The steps of the screen share it; it knows nothing of how they look.
 */
export type FormCheck = WorkflowOutcome<'form-check'>;
export type NextKind = 'primary' | 'plain' | 'none';
/** Who else has this number: how many were found, and whether the platform was asked too. */
export interface LookedUp {
  readonly idNumber: string;
  readonly found: number;
  readonly platform: boolean;
}
type Known = Pick<FormDraft, 'receipt' | 'dueOn' | 'issued' | 'pinSet'>;

export interface NewPermit {
  readonly id: string;
  readonly purpose: Ref<Purpose>;
  readonly permitNumber: Ref<string | undefined>;
  readonly phase: Ref<'loading' | 'ready' | Failure>;
  readonly step: ComputedRef<FormStep>;
  /** the furthest step that was shown */
  readonly reached: Ref<FormStep>;
  readonly form: ApplicationForm;
  /** JPEG, base64 */
  readonly photo: Ref<string | undefined>;
  /** what the service knows of it: accepted, written, PIN set */
  readonly known: Known;
  readonly check: ShallowRef<FormCheck | null>;
  readonly checkFailure: ShallowRef<Failure | null>;
  readonly saved: ShallowRef<SaveState<Failure>>;
  /** problems shown now, in the order of the page */
  readonly shown: ComputedRef<readonly FormIssue[]>;
  /** steps with something that was told and is not put right */
  readonly wrong: ComputedRef<ReadonlySet<FormStep>>;
  /** nothing may leave this screen: a card is being written, or the holder types */
  readonly held: Ref<boolean>;
  /** Beijing's day */
  readonly today: ComputedRef<string>;
  /** A field was left: saved and looked at now. */
  readonly leave: (path: string) => void;
  readonly recheck: () => Promise<FormCheck | null>;
  /** True: the step is done; false: its problems are shown. */
  readonly submit: () => Promise<boolean>;
  readonly go: (step: FormStep) => void;
  /** To the step of a field, and into it. */
  readonly goField: (path: string) => void;
  /** the field that is to have the focus once its step is shown */
  readonly wanted: Ref<string | null>;
  readonly next: () => Promise<void>;
  readonly back: () => void;
  /** how the button that goes on stands there; `none`: the step has buttons of its own */
  readonly nextKind: Ref<NextKind>;
  /** a half-written card is told by the step itself */
  readonly tornShown: Ref<boolean>;
  /** What a step does instead of going on to the next one. */
  readonly instead: ShallowRef<(() => void | Promise<void>) | null>;
  /** the last search for permits of the same person; of another number it says nothing any more */
  readonly lookedUp: ShallowRef<LookedUp | null>;
  /** who took the card, once it was handed over */
  readonly handedTo: ShallowRef<{ readonly receivedBy: 'holder' | 'guardian' | 'agent'; readonly oldCard: 'none' | 'returned' | 'lost' } | null>;
  /** The draft is the service's from here on: nothing typed is saved any more. */
  readonly settle: (known: Known) => void;
  readonly open: () => Promise<void>;
  readonly saveNow: () => Promise<void>;
}

export interface NewPermitPorts {
  readonly id: string;
  /** what a form that was not begun yet starts with */
  readonly told: Told;
  readonly step: () => FormStep;
  readonly go: (step: FormStep, how: 'push' | 'replace') => void;
}

export const newPermitKey: InjectionKey<NewPermit> = Symbol('new permit');
export const useFlow = (): NewPermit => {
  const flow = inject(newPermitKey);
  if (flow === undefined) throw new Error('no new permit was provided');
  return flow;
};

/** What a step does when it is to be done, while it is shown. */
export const useInstead = (act: () => void | Promise<void>): void => {
  const { instead } = useFlow();
  instead.value = act;
  onBeforeUnmount(() => {
    if (instead.value === act) instead.value = null;
  });
};

/** One button of a screen is the first: where the step has it, the one that goes on is plain or not there. */
export const useNextKind = (kind: () => NextKind): void => {
  const { nextKind } = useFlow();
  watch(kind, (now) => (nextKind.value = now), { immediate: true });
  onBeforeUnmount(() => (nextKind.value = 'primary'));
};

export const useNewPermit = ({ id, step: wanted, go: route, told }: NewPermitPorts): NewPermit => {
  const service = useService();
  const now = useClock();
  const purpose = ref<Purpose>(told.purpose);
  const permitNumber = ref(told.permitNumber);
  const phase = ref<'loading' | 'ready' | Failure>('loading');
  const form = reactive<ApplicationForm>({});
  const photo = ref<string>();
  const known = shallowReactive<Known>({});
  const step = computed(wanted);
  const reached = ref<FormStep>('identity');
  const check: ShallowRef<FormCheck | null> = shallowRef(null);
  const checkFailure: ShallowRef<Failure | null> = shallowRef(null);
  const saved: ShallowRef<SaveState<Failure>> = shallowRef({ kind: 'new' });
  const touched = shallowReactive(new Set<string>());
  const submitted = shallowReactive(new Set<FormStep>());
  const held = ref(false);
  const wantedField = ref<string | null>(null);
  const instead: NewPermit['instead'] = shallowRef(null);
  const handedTo: NewPermit['handedTo'] = shallowRef(null);
  const nextKind = ref<NextKind>('primary');
  const tornShown = ref(false);
  const lookedUp: NewPermit['lookedUp'] = shallowRef(null);
  const today = computed(() => dateText(now.value ?? Date.now() / 1_000));

  const draft = (): FormDraft => ({
    id,
    purpose: purpose.value,
    form: plainForm(form),
    step: step.value,
    ...(permitNumber.value === undefined ? {} : { permitNumber: permitNumber.value }),
    ...(photo.value === undefined ? {} : { photo: photo.value }),
  });
  const autosave = createAutosave<Failure>({
    save: async () => {
      const outcome = await service.start({ workflow: 'draft-save', draft: draft() }).outcome;
      return outcome.ok ? outcome.value : { failure: outcome };
    },
    after: (milliseconds, act) => {
      const timer = setTimeout(act, milliseconds);
      return () => clearTimeout(timer);
    },
    changed: (state) => {
      saved.value = state;
    },
  });

  let newest: symbol | null = null;
  let before: Derived = {};
  let latest: Promise<FormCheck | null> = Promise.resolve(null);
  /** Looks at what stands there now. Whoever asked before a newer look is told what that one says, never what stood there before. */
  const recheck = (): Promise<FormCheck | null> => (latest = look());
  const look = async (): Promise<FormCheck | null> => {
    const asked = (newest = Symbol('look'));
    const outcome = await service.start({ workflow: 'form-check', form: plainForm(form), purpose: purpose.value, hasPhoto: photo.value !== undefined }).outcome;
    if (asked !== newest) return latest;
    checkFailure.value = outcome.ok ? null : outcome;
    if (!outcome.ok) return null;
    check.value = outcome.value;
    const { birth, sex } = withDerived(form, before, outcome.value.derived);
    before = outcome.value.derived;
    const changed = birth !== form.birth || sex !== form.sex;
    if (birth !== undefined) form.birth = birth;
    if (sex !== undefined) form.sex = sex;
    return changed ? recheck() : outcome.value;
  };

  const frozen = (): boolean => phase.value !== 'ready' || known.receipt !== undefined;
  let later: ReturnType<typeof setTimeout> | undefined;
  watch([form, photo], () => {
    if (frozen()) return;
    autosave.touch();
    clearTimeout(later);
    later = setTimeout(() => void recheck(), 300);
  }, { deep: true });

  // Why somebody was another person is said of one number, not of the next.
  watch(() => form.idNumber, (now, before) => {
    if (!frozen() && before !== undefined && now !== before) delete form.distinctReason;
  });

  const further = (shownStep: FormStep): void => {
    const steps = stepsOf(purpose.value);
    if (steps.indexOf(shownStep) > steps.indexOf(reached.value)) reached.value = shownStep;
  };
  watch(step, (shownStep) => {
    if (phase.value !== 'ready') return;
    const allowed = openStep({ purpose: purpose.value, receipt: known.receipt, issued: known.issued }, shownStep);
    if (allowed !== shownStep) return route(allowed, 'replace');
    further(shownStep);
    if (frozen() || saved.value.kind === 'new') return;
    autosave.touch();
    void autosave.flush();
    if (check.value === null) void recheck();
  });

  const issuesOf = (of: FormStep): readonly FormIssue[] => (isTyped(of) ? shownIssues(check.value?.issues ?? [], of, touched, submitted.has(of)) : []);
  const shown = computed(() => issuesOf(step.value));
  const wrong = computed(() => new Set(stepsOf(purpose.value).filter((each) => issuesOf(each).length > 0)));

  const go = (to: FormStep): void => {
    if (!held.value) route(to, 'push');
  };
  const submit = async (): Promise<boolean> => {
    await Promise.all([autosave.flush(), recheck()]);
    submitted.add(step.value);
    return check.value !== null && checkFailure.value === null && issuesOf(step.value).length === 0;
  };

  // What was typed last is on its way when the screen closes.
  onBeforeUnmount(() => {
    clearTimeout(later);
    if (!frozen()) void autosave.flush();
  });

  return {
    id, purpose, permitNumber, phase, step, reached, form, photo, known, check, checkFailure, saved, shown, wrong, held, today, instead, nextKind, tornShown, lookedUp, handedTo, wanted: wantedField, recheck, submit, go,
    goField: (path) => {
      wantedField.value = path;
      const to = stepOfField(path);
      if (to !== step.value) go(to);
    },
    leave: (path) => {
      touched.add(path);
      if (frozen()) return;
      void autosave.flush();
      void recheck();
    },
    next: async () => {
      if (held.value) return;
      if (instead.value !== null) return instead.value();
      if (await submit()) go(stepAfter(purpose.value, step.value));
    },
    back: () => {
      const to = stepBefore(purpose.value, step.value);
      if (to !== null && known.receipt === undefined) go(to);
    },
    settle: (more) => {
      autosave.stop();
      Object.assign(known, more);
    },
    saveNow: () => autosave.flush(),
    open: async () => {
      const outcome = await service.start({ workflow: 'draft-open', id }).outcome;
      const fresh = !outcome.ok && outcome.code === 'DRAFT_GONE' && wanted() === 'identity';
      const opened = fresh ? done(null) : outcome;
      if (!opened.ok) {
        phase.value = failed(opened.code, opened.detail);
        return;
      }
      if (opened.value !== null) {
        const { form: typed, photo: taken, savedAt, receipt, dueOn, issued, pinSet } = opened.value;
        purpose.value = opened.value.purpose;
        permitNumber.value = opened.value.permitNumber;
        Object.assign(form, structuredClone(typed));
        photo.value = taken;
        Object.assign(known, { receipt, dueOn, issued, pinSet });
        reached.value = opened.value.step;
        if (savedAt !== undefined) saved.value = { kind: 'saved', at: savedAt };
      } else Object.assign(form, told.form);
      // What the steps offer comes out of the first look: with it their first field is there for whoever goes on.
      await recheck();
      phase.value = 'ready';
      // Of which permit it makes another card is kept before anything is typed: nobody else knows it.
      if (opened.value === null && told.purpose !== 'first') {
        autosave.touch();
        void autosave.flush();
      }
      const allowed = openStep({ purpose: purpose.value, receipt: known.receipt, issued: known.issued }, wanted());
      if (allowed !== wanted()) route(allowed, 'replace');
      else further(allowed);
    },
  };
};
