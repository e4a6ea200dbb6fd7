import { done, failed, type Outcome } from '../contract/index.js';
import { beginOfferedEpoch, CounterDesk } from '../service/index.js';
import type { DataFolder } from './data-folder.js';
import { actorOf, approvalOf, signedIn, type People } from './sign-in.js';
import { readJson } from './terminal-commands.js';

/** The counter's work without a card, and the day's end. */
const purposes = ['first', 'damaged', 'lost', 'correction', 'exchange'] as const;
const listOf = (text: string | undefined): string[] => (text ?? '').split(',').map((each) => each.trim()).filter((each) => each !== '');

export const register = (folder: DataFolder, people: People, from: string): Promise<Outcome<object>> => {
  const application = readJson(from);
  return signedIn(folder, people, (terminal) => new CounterDesk(terminal).register(application, people.as));
};

export const accept = (folder: DataFolder, people: People, asked: { from: string; purpose: string; missing?: string | undefined; permitNumber?: string | undefined }): Promise<Outcome<object>> => {
  const purpose = purposes.find((each) => each === asked.purpose);
  if (purpose === undefined) return Promise.resolve(failed('INPUT_INVALID', '--purpose'));
  const application = readJson(asked.from);
  const { permitNumber } = asked;
  return signedIn(folder, people, (terminal) =>
    new CounterDesk(terminal).accept({ application, purpose, missingPapers: listOf(asked.missing), ...(permitNumber === undefined ? {} : { permitNumber }) }, people.as),
  );
};

export const supplement = (folder: DataFolder, people: People, receipt: string, missing: string | undefined): Promise<Outcome<object>> =>
  signedIn(folder, people, (terminal) => new CounterDesk(terminal).supplement(receipt, listOf(missing), people.as));

export const review = (folder: DataFolder, people: People, receipt: string, refuseFor: string | undefined): Promise<Outcome<object>> =>
  signedIn(folder, people, (terminal) => new CounterDesk(terminal).review(receipt, refuseFor === undefined ? 'approved' : 'refused', refuseFor, people.as));

/** Open applications without names: the receipt, the state, what is missing, the last day. */
export const applications = (folder: DataFolder, people: People): Promise<Outcome<object>> =>
  signedIn(folder, people, (terminal) => {
    const open = new CounterDesk(terminal).applications();
    return Promise.resolve(done({ applications: open.map(({ receipt, file }) => ({ receipt, state: file.state, missingPapers: file.missingPapers, dueOn: file.dueOn ?? null })) }));
  });

export const handOver = (folder: DataFolder, people: People, permitNumber: string, serial: string, receivedBy: string, oldCard: string): Promise<Outcome<object>> => {
  const receiver = (['holder', 'guardian', 'agent'] as const).find((each) => each === receivedBy);
  const old = (['none', 'returned', 'lost'] as const).find((each) => each === oldCard);
  if (receiver === undefined || old === undefined) return Promise.resolve(failed('INPUT_INVALID', receiver === undefined ? '--received-by' : '--old-card'));
  return signedIn(folder, people, (terminal) => new CounterDesk(terminal).handOver({ permitNumber, serial, receivedBy: receiver, oldCard: old }, people.as));
};

interface ReturnedCard {
  readonly permitNumber?: string | undefined;
  readonly serial?: string | undefined;
  readonly terminated: boolean;
}

export const returnCard = (folder: DataFolder, people: People, { permitNumber, serial, terminated }: ReturnedCard, why: string): Promise<Outcome<object>> => {
  const reason = (['replaced', 'cancelled', 'found', 'seized', 'correction'] as const).find((each) => each === why);
  if (reason === undefined) return Promise.resolve(failed('INPUT_INVALID', '--reason'));
  return signedIn(folder, people, (terminal) =>
    new CounterDesk(terminal).returnCard({ reason, ...(permitNumber === undefined ? {} : { permitNumber }), ...(serial === undefined ? {} : { serial }), ...(terminated ? { terminated } : {}) }, people.as),
  );
};

/** Today's books: fees, blanks, and how many should lie here. */
export const stock = (folder: DataFolder, people: People): Promise<Outcome<object>> =>
  signedIn(folder, people, (terminal) => {
    const allowed = terminal.require('stock');
    return Promise.resolve(allowed.ok ? done(new CounterDesk(terminal).books()) : allowed);
  });

export const closeDay = (folder: DataFolder, people: People, fen: number, blanks: number): Promise<Outcome<object>> => {
  if (!Number.isSafeInteger(fen) || fen < 0) return Promise.resolve(failed('INPUT_INVALID', '--fen'));
  if (!Number.isSafeInteger(blanks) || blanks < 0) return Promise.resolve(failed('INPUT_INVALID', '--blanks'));
  return signedIn(folder, people, async (terminal) => {
    const desk = new CounterDesk(terminal);
    if (people.approvedBy === undefined) return desk.closeDay({ fen, blanks }, undefined, people.as);
    const approvedBy = await approvalOf(terminal, 'reconcile', people);
    return approvedBy.ok ? desk.closeDay({ fen, blanks }, approvedBy.value, people.as) : approvedBy;
  });
};

/** Begins the epoch that the platform's administrator began, after a restore; whoever is signed in answers for it. */
export const beginEpoch = (folder: DataFolder, people: People, epoch: number): Promise<Outcome<object>> =>
  signedIn(folder, people, (terminal) => {
    const allowed = terminal.require('administer');
    const by = allowed.ok ? actorOf(terminal, people) : allowed;
    return Promise.resolve(by.ok ? beginOfferedEpoch(terminal, epoch, by.value) : by);
  });
