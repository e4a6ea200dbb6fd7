import { CodedError, type Application, type Outcome, type RevocationRecord } from '../../contract/index.js';
import { addDays, addMonths, dateInChina } from '../../permit/index.js';
import { CounterDesk, syncTerminal, type Terminal } from '../../service/index.js';
import { copyCard, forgeCard, imageOf, makeBlanks, putCard, setBack, takeCard } from '../cards.js';
import type { DataFolder } from '../data-folder.js';
import { inventAdult, inventChild, portraitOf } from '../invented/index.js';
import { writeLabels, type Label, type Labelled } from './labels.js';
import { staff } from './staff.js';

const oldRules = '2015-06-01';
const blanksLeft = 6;

interface Issued {
  readonly card: string;
  readonly number: string;
  readonly serial: string;
}

const must = <T>(what: string, outcome: Outcome<T>): T => {
  if (outcome.ok) return outcome.value;
  throw new CodedError(outcome.code, `${what}${outcome.detail === undefined ? '' : `: ${outcome.detail}`}`);
};

/** A pull that failed would show only at the police desk, as a card that cannot be judged. */
const synced = async (terminal: Terminal, years: readonly number[] = []): Promise<void> => {
  const { pulled } = must('sync', await syncTerminal(terminal, { years }));
  const [first] = pulled.failed;
  if (first !== undefined) throw new CodedError(first.code, `sync: ${first.item}`);
};

export interface Workshop {
  readonly folder: DataFolder;
  readonly counter: Terminal;
  /** a counter whose records never reached the platform */
  readonly away: Terminal;
  readonly police: Terminal;
  /** told before each card */
  readonly progress: (done: number, of: number) => void;
}

/**
 * A shelf with a card for every verdict, each made as a hall makes it: issued at the counter through pcscd, lost and suspended by two people, endorsed, seen by the police desk.
 * What no honest counter makes is done to the card's memory afterwards: copied, altered, set back.
 */
export class CardMaker {
  readonly #today: string;
  readonly #labels = new Map<string, Labelled>();
  #blanks: string[] = [];
  #made = 0;

  constructor(private readonly shop: Workshop) {
    this.#today = dateInChina(shop.counter.clock.now());
  }

  async make(): Promise<void> {
    const { folder, counter, away, police } = this.shop;
    const days = { due: addDays(addMonths(this.#today, -12), 10), overdue: addMonths(this.#today, -14), old: oldRules };
    this.#blanks = must('blanks', await makeBlanks(folder, 9 + blanksLeft, counter.identity.terminalId)).cards;
    await synced(counter, Object.values(days).map((day) => Number(day.slice(0, 4))));
    await synced(police);
    must('sign-in', await counter.signIn(staff.operator.id, staff.operator.password));

    const adult = await this.#issue('adult', inventAdult({ seed: 201, onDate: this.#today, kind: 'residence' }));
    await this.#issue('child', inventChild({ seed: 202, onDate: this.#today }));
    await this.#carryOver('due', 203, days.due);
    await this.#carryOver('overdue', 204, days.overdue);
    const suspended = await this.#issue('suspended', inventAdult({ seed: 205, onDate: this.#today, kind: 'residence' }));
    const lost = await this.#issue('lost', inventAdult({ seed: 206, onDate: this.#today, kind: 'residence' }));
    await this.#carryOver('expired', 207, days.old);
    const forged = await this.#issue('forged', inventAdult({ seed: 208, onDate: this.#today, kind: 'residence' }));
    const rolledBack = await this.#carryOver('rolled-back', 209, days.due);
    await synced(counter);
    await this.#decide(suspended, 2, 'decision');
    await this.#decide(lost, 1, 'lost');
    await this.#endorseAndSetBack(rolledBack);
    forgeCard(folder, forged.card);
    this.#labels.set(copyCard(folder, adult.card), { label: 'clone' });

    // At a counter that pushes nothing afterwards: the platform never learns of it, whoever works at this one.
    const [strange] = must('blanks', await makeBlanks(folder, 1, away.identity.terminalId)).cards;
    await synced(away);
    must('sign-in', await away.signIn(staff.operator.id, staff.operator.password));
    await this.#issue('unconfirmed', inventAdult({ seed: 210, onDate: this.#today, kind: 'residence' }), undefined, { terminal: away, card: strange });
    for (const blank of this.#blanks) this.#labels.set(blank, { label: 'blank' });
    await synced(counter);
    // Joins the local data while a colleague's session holds it open: drafts of the one can be finished by the other.
    const { localData } = must('sign-in', await counter.signIn(staff.supervisor.id, staff.supervisor.password));
    if (!localData) throw new Error('the counter keeps its local data from the supervisor');
    writeLabels(folder, this.#labels);
  }

  /** A paper permit of that day, carried over onto a card. */
  #carryOver(label: Label, seed: number, day: string): Promise<Issued> {
    return this.#issue(label, inventAdult({ seed, onDate: day, kind: 'residence' }), day);
  }

  async #issue(label: Label, person: Application, carriedOver?: string, elsewhere?: { readonly terminal: Terminal; readonly card: string | undefined }): Promise<Issued> {
    const { progress } = this.shop;
    const counter = elsewhere?.terminal ?? this.shop.counter;
    const card = elsewhere === undefined ? this.#blanks.shift() : elsewhere.card;
    if (card === undefined) throw new Error('no blank is left');
    progress((this.#made += 1), 10);
    await this.#put(card, counter);
    const photo = portraitOf(person, carriedOver ?? this.#today);
    const { permitNumber, serial } = must(label, await counter.issue(person, photo, carriedOver === undefined ? {} : { issued: carriedOver }));
    this.#labels.set(card, label === 'due' && carriedOver !== undefined ? { label, day: addMonths(carriedOver, 12) } : { label });
    if (label !== 'unconfirmed') {
      const receivedBy = person.guardian === undefined ? 'holder' : 'guardian';
      must('hand-over', await new CounterDesk(counter).handOver({ permitNumber, serial, receivedBy, oldCard: 'none' }));
    }
    await takeCard(this.shop.folder);
    return { card, number: permitNumber, serial };
  }

  async #decide({ number }: Issued, status: RevocationRecord['status'], reason: RevocationRecord['reason']): Promise<void> {
    const { counter } = this.shop;
    const { approvedBy } = must('approval', await counter.approve(status === 2 ? 'suspend' : 'cancel', staff.supervisor.id, staff.supervisor.password));
    must(reason, await new CounterDesk(counter).changeStatus({ permitNumber: number, status, reason, approvedBy }));
  }

  /** The police desk has seen the endorsed card: it knows the chip's counters when the older memory comes back. */
  async #endorseAndSetBack({ card }: Issued): Promise<void> {
    const { folder, counter, police } = this.shop;
    const before = imageOf(folder, card);
    await this.#put(card, counter);
    must('endorse', await counter.endorse({ by: staff.operator.id }));
    await synced(counter);
    await synced(police);
    must('sign-in', await police.signIn(staff.officer.id, staff.officer.password));
    const { verdict } = must('verify', await police.verify({ operation: { purpose: 'control', place: '样例岗亭' } }));
    if (verdict.result !== 'valid') throw new Error(`the endorsed card is ${verdict.result}`);
    await police.signOut();
    await takeCard(folder);
    setBack(folder, card, before);
  }

  async #put(card: string, terminal: Terminal): Promise<void> {
    must('card', await putCard(this.shop.folder, card, 0, undefined, () => terminal.readers()));
  }
}
