import { randomUUID } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Application, FormDraft, KeypadAsk, WorkflowInput, WorkflowName, WorkflowOutcome } from '../../../src/contract/index.js';
import { AppWorld, people, type Person } from '../app-world.js';
import type { End, ServiceProcess } from '../service-process.js';

type Input<N extends WorkflowName> = Extract<WorkflowInput, { workflow: N }>;

/** A counter with its clerk signed in, over the contract alone: the real service, pcscd with virtual cards, and the platform. */
export class CounterHall {
  service!: ServiceProcess;
  /** what was asked at the keypad, in order */
  readonly asked: KeypadAsk[] = [];

  private constructor(readonly world: AppWorld) {}

  static async open(): Promise<CounterHall> {
    const hall = new CounterHall(await AppWorld.make());
    hall.service = await hall.world.service('counter');
    await hall.service.stateWhere(() => true);
    await hall.world.enrol(hall.service, 8);
    await hall.service.stateWhere(({ signInRequired, syncing }) => signInRequired && !syncing);
    await hall.world.signIn(hall.service, people.clerk);
    return hall;
  }

  /** The service dies and is started anew; the clerk signs in again. */
  async killAndRestart(): Promise<void> {
    await this.service.kill('SIGKILL');
    this.service = await this.world.service('counter');
    await this.service.stateWhere(({ terminal }) => terminal !== null);
    await this.world.signIn(this.service, people.clerk);
  }

  done<N extends WorkflowName>(input: Input<N>): Promise<WorkflowOutcome<N>> {
    return this.service.done(input);
  }

  /** `CODE detail` of a run that is refused. */
  async refused(input: WorkflowInput): Promise<string> {
    return said(await this.service.endOf(this.service.start(input)));
  }

  /** A run that asks a second person, who answers with this password. */
  async approved(input: WorkflowInput, who: Person = people.chief, password = who.password): Promise<string> {
    const run = this.service.start(input);
    await this.service.until(() => this.service.events.find((event) => event.event === 'question' && event.run === run && event.question === 'approval'), 'the question for an approval');
    this.service.send({ kind: 'call', call: { verb: 'answer', run, question: 'approval', answer: { operator: who.id, password } } });
    return said(await this.service.endOf(run));
  }

  /** The keypad is open, and the holder types these in turn; null: gives up. */
  async typed(input: WorkflowInput, digits: readonly (string | null)[]): Promise<string> {
    const { service } = this;
    service.send({ kind: 'keypad', open: true });
    await service.stateWhere(({ keypad }) => keypad);
    const run = service.start(input);
    for (const each of digits) {
      const known = this.asked.length;
      const ask = await service.until(() => this.#asks()[known], `question ${known} of the keypad`);
      this.asked.push(ask);
      service.send({ kind: 'keypad-answer', answer: { id: ask.id, digits: each } });
    }
    return said(await service.endOf(run));
  }

  #asks(): KeypadAsk[] {
    return this.service.messages.flatMap((message) => (message.kind === 'keypad' && message.ask !== null ? [message.ask] : []));
  }

  closeKeypad(): Promise<unknown> {
    this.service.send({ kind: 'keypad', open: false });
    return this.service.stateWhere(({ keypad }) => !keypad);
  }

  /** Nothing of the queue is left, and the lists are new. */
  async synced(): Promise<void> {
    await this.service.stateWhere(({ queue, syncing }) => queue.pending === 0 && !syncing, 'an empty queue');
    await this.done({ workflow: 'sync' });
    await this.service.stateWhere(({ syncing }) => !syncing);
  }

  /** Put down, and seen by the service. The card's name. */
  async put(name?: string, faults?: Parameters<AppWorld['put']>[1]): Promise<string> {
    const card = await this.world.put(name, faults);
    await this.service.stateWhere(({ readers }) => readers.some(({ cardPresent }) => cardPresent), 'a card');
    return card;
  }

  async lift(): Promise<void> {
    await this.world.take();
    await this.service.stateWhere(({ readers }) => !readers.some(({ cardPresent }) => cardPresent), 'no card');
  }

  /** An invented resident's form with its draft, saved. */
  async form(seed: number): Promise<{ draft: string; application: Application; photo: string }> {
    const { application, photo } = this.world.application(seed);
    const draft: FormDraft = { id: randomUUID(), purpose: 'first', form: { name: application.name, idNumber: application.idNumber }, step: 'answers', photo };
    await this.done({ workflow: 'draft-save', draft });
    return { draft: draft.id, application, photo };
  }

  /** What the card desk allows, by its names; the refusals of the rest. */
  async cardDesk(): Promise<{ card: WorkflowOutcome<'card-desk'>; allowed: string[]; refused: Record<string, string> }> {
    const card = await this.done({ workflow: 'card-desk' });
    return { card, ...sorted(card.actions) };
  }

  logs(): string {
    const folder = join(this.world.folder.terminal, 'logs');
    return readdirSync(folder).map((name) => readFileSync(join(folder, name), 'utf8')).join('\n');
  }

  close(): Promise<void> {
    return this.world.close();
  }
}

const said = (end: End): string => (end.event === 'done' ? 'done' : `${end.code}${end.detail === undefined ? '' : ` ${end.detail}`}`);

export const sorted = (actions: WorkflowOutcome<'card-desk'>['actions']): { allowed: string[]; refused: Record<string, string> } => ({
  allowed: actions.filter(({ allowed }) => allowed).map(({ action }) => action),
  refused: Object.fromEntries(actions.flatMap(({ action, refused }) => (refused === undefined ? [] : [[action, `${refused.code}${refused.detail === undefined ? '' : ` ${refused.detail}`}`]]))),
});
