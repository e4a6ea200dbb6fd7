import { CardError, ChannelError } from '../card/index.js';
import { CodedError, failed, workflows, type Check, type FailureCode, type Outcome, type ServiceEvent, type WorkflowInput, type WorkflowName } from '../contract/index.js';
import type { Step } from '../workflows/index.js';
import type { Flow, RunHandle } from './flows/flow.js';

export type Flows = { readonly [N in WorkflowName]: Flow<N> };
type Question = Parameters<RunHandle['ask']>[0];
type End = Extract<ServiceEvent, { readonly event: 'done' | 'failed' }>;
type AnyFlow = (handle: RunHandle, input: WorkflowInput) => Promise<Outcome<unknown>>;

export interface RunBookOptions {
  readonly flows: Partial<Flows>;
  /** To every UI. True: there was one. */
  readonly tell: (event: ServiceEvent) => boolean;
  /** before the end of a run is told: what it changed is told first */
  readonly ending?: () => void;
  readonly ended?: (run: string, workflow: WorkflowName, code: FailureCode | undefined, ms: number) => void;
  /** an exception that is no lost hardware, storage or network: a bug */
  readonly onBug?: (error: unknown, workflow: WorkflowName) => void;
}

interface Live {
  readonly workflow: WorkflowName;
  readonly abort: AbortController;
  /** what was told last of each kind */
  step?: ServiceEvent;
  question?: { readonly event: ServiceEvent; readonly name: Question; readonly answered: (answer: unknown) => void; readonly replaced: () => void };
  check?: ServiceEvent;
  over: Promise<void>;
}

interface Ended {
  readonly workflow: WorkflowName;
  readonly end: End;
  heard: boolean;
}

/** Ends that are still known: of a UI that comes back, not of a day. */
const endsKept = 64;
/** Of these one goes on at a time: the newest. */
const single: readonly WorkflowName[] = ['watch'];

/** The runs of one service: what a UI started, what was told of it last, and its end until a UI has heard it. Runs die with the process; what must last lies in journal and queue. */
export class RunBook {
  readonly #options: RunBookOptions;
  readonly #live = new Map<string, Live>();
  readonly #ended = new Map<string, Ended>();

  constructor(options: RunBookOptions) {
    this.#options = options;
  }

  /** Begins a run. Of a run that is known nothing begins: what was told of it last is told again. */
  start(run: string, input: WorkflowInput): void {
    const live = this.#live.get(run);
    const ended = this.#ended.get(run);
    if (live !== undefined) return this.#again(run, live);
    if (ended !== undefined) return this.#endAgain(run, ended);
    const { workflow } = input;
    const before = single.includes(workflow) ? this.cancelAll((each) => each === workflow) : Promise.resolve();
    const begun: Live = { workflow, abort: new AbortController(), over: Promise.resolve() };
    this.#live.set(run, begun);
    this.#options.tell({ event: 'started', run, workflow });
    begun.over = before.then(() => this.#run(run, begun, input));
  }

  /** An answer to another question than the one that is asked is none. */
  answer(run: string, question: string, answer: unknown): boolean {
    const live = this.#live.get(run);
    const asked = live?.question;
    if (live === undefined || asked?.name !== question) return false;
    delete live.question;
    asked.answered(answer);
    return true;
  }

  cancel(run: string): boolean {
    const live = this.#live.get(run);
    live?.abort.abort(new CodedError('CANCELLED'));
    return live !== undefined;
  }

  /** Resolves when all of them are over: a card that is being written is finished first. */
  async cancelAll(which: (workflow: WorkflowName) => boolean = () => true, reason: FailureCode = 'CANCELLED'): Promise<void> {
    const chosen = [...this.#live.values()].filter(({ workflow }) => which(workflow));
    for (const { abort } of chosen) abort.abort(new CodedError(reason));
    await Promise.all(chosen.map(({ over }) => over));
  }

  /** Ends what waits for an answer: a question that one person was asked is not the next one's. */
  async cancelAsking(reason: FailureCode): Promise<void> {
    const asking = [...this.#live.values()].filter(({ question }) => question !== undefined);
    for (const { abort } of asking) abort.abort(new CodedError(reason));
    await Promise.all(asking.map(({ over }) => over));
  }

  /** Workflows that go on and wait for nobody's answer. */
  working(): WorkflowName[] {
    return [...this.#live.values()].flatMap(({ workflow, question }) => (question === undefined ? [workflow] : []));
  }

  /** Workflows that go on. */
  going(): WorkflowName[] {
    return [...this.#live.values()].map(({ workflow }) => workflow);
  }

  /** Everything that a UI which just came must know, to `tell`; ended runs that nobody heard of are heard of now. */
  replay(tell: (event: ServiceEvent) => void): void {
    for (const [run, live] of this.#live) {
      tell({ event: 'started', run, workflow: live.workflow });
      for (const event of told(live)) tell(event);
    }
    for (const [run, ended] of this.#ended) {
      if (ended.heard) continue;
      tell({ event: 'started', run, workflow: ended.workflow });
      tell(ended.end);
      ended.heard = true;
    }
  }

  /** Another person works from now on: what ended before is nobody's business any more. */
  forget(): void {
    this.#ended.clear();
  }

  async #run(run: string, live: Live, input: WorkflowInput): Promise<void> {
    const begun = performance.now();
    const { workflow } = live;
    const outcome = await this.#outcome(run, live, input);
    this.#live.delete(run);
    this.#options.ending?.();
    const end: End = outcome.ok ? { event: 'done', run, value: outcome.value } : { event: 'failed', run, code: outcome.code, ...(outcome.detail === undefined ? {} : { detail: outcome.detail }) };
    const heard = this.#options.tell(end);
    this.#ended.set(run, { workflow, end, heard });
    for (const oldest of this.#ended.keys()) {
      if (this.#ended.size <= endsKept) break;
      this.#ended.delete(oldest);
    }
    this.#options.ended?.(run, workflow, outcome.ok ? undefined : outcome.code, performance.now() - begun);
  }

  async #outcome(run: string, live: Live, input: WorkflowInput): Promise<Outcome<unknown>> {
    const { workflow } = live;
    const flow = this.#options.flows[workflow] as AnyFlow | undefined;
    try {
      live.abort.signal.throwIfAborted();
      if (flow === undefined) throw new Error('a workflow without a flow');
      const outcome = await flow(this.#handle(run, live), input);
      // A value that the contract does not know is a bug of ours, and never crosses it.
      return outcome.ok ? { ok: true, value: workflows[workflow].outcome.parse(outcome.value) } : outcome;
    } catch (error) {
      if (error instanceof CodedError) return failed(error.code, error.detail);
      if (error instanceof CardError) return failed(error.code, error.detail);
      // The reader's own words belong to the driver, not onto a screen.
      if (error instanceof ChannelError) return failed(error.code);
      this.#options.onBug?.(error, workflow);
      return failed('INTERNAL');
    }
  }

  #handle(run: string, live: Live): RunHandle {
    const { tell } = this.#options;
    const { signal } = live.abort;
    const going = (): boolean => this.#live.get(run) === live;
    return {
      run,
      signal,
      step: ({ step, done, of }: Step) => {
        if (!going()) return;
        live.step = { event: 'step', run, step, done, of };
        tell(live.step);
      },
      check: (check: Check) => {
        if (!going()) return;
        live.check = { event: 'check', run, check };
        tell(live.check);
      },
      ask: (name) =>
        new Promise((resolve, reject) => {
          const cancelled = (): void => reject(signal.reason as Error);
          if (signal.aborted) return cancelled();
          live.question?.replaced();
          signal.addEventListener('abort', cancelled, { once: true });
          const replaced = (): void => signal.removeEventListener('abort', cancelled);
          const answered = (answer: unknown): void => {
            replaced();
            resolve(answer);
          };
          live.question = { event: { event: 'question', run, question: name }, name, answered, replaced };
          tell(live.question.event);
        }),
    };
  }

  #again(run: string, live: Live): void {
    this.#options.tell({ event: 'started', run, workflow: live.workflow });
    for (const event of told(live)) this.#options.tell(event);
  }

  #endAgain(run: string, ended: Ended): void {
    this.#options.tell({ event: 'started', run, workflow: ended.workflow });
    if (this.#options.tell(ended.end)) ended.heard = true;
  }
}

const told = ({ step, question, check }: Live): ServiceEvent[] => [step, question?.event, check].filter((event) => event !== undefined);
