import { shallowReactive, shallowRef, type ShallowRef } from 'vue';
import { done, failed, type Call, type HostEvent, type ServiceEvent, type ServiceState, type WorkflowInput, type WorkflowName } from '../../contract/index.js';
import type { Link } from '../link/link.js';
import { newRun, type InputOf, type OwnRun, type Run } from './run.js';

/** The service as the screens see it. One for a page. */
export interface Service {
  /** null until the service told it for the first time; it stays while the link is down */
  readonly state: ShallowRef<ServiceState | null>;
  readonly connection: ShallowRef<'connecting' | 'up' | 'down'>;
  readonly version: ShallowRef<string | null>;
  /** the window may close now */
  readonly left: ShallowRef<boolean>;
  /** runs that go on, by id; also those that this page did not start (it was opened anew) */
  readonly runs: ReadonlyMap<string, Run>;
  start<N extends WorkflowName>(input: InputOf<N>): Run<N>;
  /** the run of this workflow that goes on, wherever it was started */
  running<N extends WorkflowName>(workflow: N): Run<N> | undefined;
  /** Returns what ends the listening. */
  onHost(listener: (notice: HostEvent) => void): () => void;
}

export interface ServicePorts {
  readonly link: Link;
  /** a new id of a run */
  readonly uuid: () => string;
}

/** A sign-in that was typed before a service went away is sent again for so long, milliseconds. */
const passwordsKeptMs = 30_000;

export const createService = ({ link, uuid }: ServicePorts): Service => {
  const state = shallowRef<ServiceState | null>(null);
  const connection = shallowRef<'connecting' | 'up' | 'down'>('connecting');
  const version = shallowRef<string | null>(null);
  const left = shallowRef(false);
  const runs = shallowReactive(new Map<string, OwnRun>());
  const hostListeners = new Set<(notice: HostEvent) => void>();
  /** cancelled while nobody listened: told after the next `up` */
  const unsentCancels = new Set<string>();
  let downSince = performance.now();

  const send = (call: Call): void => {
    if (connection.value === 'up') link.send(call);
  };

  /** What was told of a run: a holder's face and name may be in it, and a verdict that nobody would blank. */
  const unsay = ({ step, question, check }: OwnRun): void => {
    step.value = null;
    question.value = null;
    check.value = null;
  };

  const end = (run: OwnRun, outcome: Parameters<OwnRun['settle']>[0]): void => {
    runs.delete(run.id);
    run.settle(outcome);
    unsay(run);
  };

  const add = (id: string, workflow: WorkflowName, input: WorkflowInput | null): OwnRun => {
    const run: OwnRun = newRun(id, workflow, input, {
      answer(question, answer = null): void {
        if (run.question.value === question) run.question.value = null;
        send({ verb: 'answer', run: id, question, answer });
      },
      cancel(): void {
        if (!runs.has(id)) return;
        if (connection.value === 'up') {
          send({ verb: 'cancel', run: id });
          return;
        }
        unsentCancels.add(id);
        end(run, failed('CANCELLED'));
      },
    });
    runs.set(id, run);
    return run;
  };

  const rise = (): void => {
    connection.value = 'up';
    // Whoever typed a password is not left waiting with it in memory for a service that was long gone.
    if (performance.now() - downSince > passwordsKeptMs) for (const run of [...runs.values()]) if (run.input !== null && 'password' in run.input) end(run, failed('CANCELLED'));
    for (const id of unsentCancels) send({ verb: 'cancel', run: id });
    unsentCancels.clear();
    // A service that knows a run tells its last word again; one that was started anew starts it anew.
    for (const run of runs.values()) if (run.input !== null) send({ verb: 'start', run: run.id, input: run.input });
  };

  const hear = (told: ServiceEvent): void => {
    switch (told.event) {
      case 'hello':
        version.value = told.version;
        return;
      case 'state':
        state.value = told.state;
        return;
      case 'leave':
        left.value = true;
        return;
      case 'started':
        if (!runs.has(told.run)) add(told.run, told.workflow, null);
        return;
      default:
        hearRun(told);
    }
  };

  const hearRun = (told: Extract<ServiceEvent, { readonly event: 'step' | 'question' | 'check' | 'done' | 'failed' }>): void => {
    const run = runs.get(told.run);
    if (run === undefined) return;
    switch (told.event) {
      case 'step':
        run.step.value = { step: told.step, done: told.done, of: told.of };
        return;
      case 'question':
        run.question.value = told.question;
        return;
      case 'check':
        // Steps and questions so far were another card's.
        if (told.check.phase === 'reading') {
          run.step.value = null;
          run.question.value = null;
        }
        run.check.value = told.check;
        return;
      case 'failed':
        end(run, failed(told.code, told.detail));
        return;
      case 'done':
        end(run, done(told.value));
    }
  };

  link.open({
    link(now): void {
      if (now === 'up') rise();
      else {
        if (connection.value !== 'down') downSince = performance.now();
        connection.value = 'down';
        // The service tells everything again when it is back; what it does not tell again is over.
        for (const run of runs.values()) unsay(run);
      }
    },
    event: hear,
    host(notice): void {
      for (const listener of hostListeners) listener(notice);
    },
  });

  return {
    state,
    connection,
    version,
    left,
    runs,
    start<N extends WorkflowName>(input: InputOf<N>): Run<N> {
      const run = add(uuid(), input.workflow, input);
      send({ verb: 'start', run: run.id, input });
      return run as unknown as Run<N>;
    },
    running<N extends WorkflowName>(workflow: N): Run<N> | undefined {
      for (const run of runs.values()) if (run.workflow === workflow) return run as unknown as Run<N>;
      return undefined;
    },
    onHost(listener): () => void {
      hostListeners.add(listener);
      return () => hostListeners.delete(listener);
    },
  };
};
