import {
  CardSession,
  PermitApplication,
  Personalisation,
  buildStream,
  compressedPoint,
  introduce,
  statusError,
  type Generated,
  type Introduction,
  type SelectedPermit,
  type Traffic,
} from '../card/index.js';
import { done, failed, type IssueRecord, type KeySet, type Outcome } from '../contract/index.js';
import { sameBytes } from '../cose/index.js';
import { dateInChina, inArea, permitNumber, type PermitKind } from '../permit/index.js';
import { attempt } from './attempt.js';
import { checkDraft, decide, decodeDraft, encodeDraft, sameDraft, type Draft, type Prepared } from './draft.js';
import type { IssueContext, JournalEntry, StepName } from './ports.js';
import { profileFits } from './inspect.js';
import { firstCounters, prepareCard, readyToSign, type Signer } from './prepare.js';
import { entitled } from './prove-rights.js';
import { readBack } from './read-back.js';
import { returnOf, type Replacement } from './replacement.js';

export interface IssueOptions {
  /** Day of issue when it is not today: a paper permit carried over under the rules of its day. YYYY-MM-DD. */
  readonly issued?: string;
  /** The officer's choice of validity under the 2009 rules, years. */
  readonly residenceYears?: number;
  /** Another card of a permit that exists: its number is kept, its day of issue too (unless it begins a new term), and its endorsement is carried over. */
  readonly replaces?: Replacement;
  /** The acceptance that it is made for. */
  readonly receipt?: string;
}

export interface Issued {
  readonly serial: string;
  readonly permitNumber: string;
  readonly statusIndex: number;
  /** Card access number, to be printed on the card; whoever prints it keeps it no longer. */
  readonly can: string;
  /** Day of issue as the card says, YYYY-MM-DD. */
  readonly issuedOn: string;
  /** Sequence number of the record in the outbox. */
  readonly seq: number;
  /** Whether a card that was begun before was finished. */
  readonly resumed: boolean;
  /** From SELECT to ACTIVATE, and the whole with the reading back. */
  readonly traffic: { readonly personalisation: Traffic; readonly total: Traffic };
}

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');

/**
 * Issues a permit onto the blank card that lies there, or finishes the same application on the card that it was begun on. Nothing is written before it
 * stands in the journal; whatever happens, the card is finished later with the same number, or it is void.
 */
export function issuePermit(ctx: IssueContext, application: unknown, photo: Uint8Array, options: IssueOptions = {}): Promise<Outcome<Issued>> {
  return attempt(async () => {
    step(ctx, 'check');
    const today = dateInChina(ctx.clock.now());
    const draft = checkDraft(application, photo, { issued: options.issued ?? today, today }, options);
    return draft.ok ? withCard(ctx, draft.value) : draft;
  });
}

/** Goes on with whatever unfinished card lies there. CARD_BLANK or CARD_VOID when this terminal has not begun it. */
export const resumePermit = (ctx: IssueContext): Promise<Outcome<Issued>> => attempt(() => withCard(ctx, undefined));

/** Gives a begun card up: it is accounted for, with who gave it up, and its keys are erased. The sequence number of its record, or KEY_SET_MISSING: this terminal has not begun it. */
export function spoilCard(ctx: Pick<IssueContext, 'journal' | 'clock'>, serial: string, reason: string, by?: string): Promise<Outcome<number>> {
  return attempt(() => {
    const begun = ctx.journal.find(serial) !== undefined;
    return Promise.resolve(begun ? done(ctx.journal.spoil(serial, { type: 'spoiled', serial, reason, ...(by === undefined ? {} : { by }), at: ctx.clock.now() })) : failed('KEY_SET_MISSING'));
  });
}

const step = (ctx: IssueContext, name: StepName, at = 0, of = 1): void => ctx.onStep?.({ step: name, done: at, of });

async function withCard(ctx: IssueContext, wanted: Draft | undefined): Promise<Outcome<Issued>> {
  // What is already signed can be finished by a terminal that may not sign any more; only without anything to finish is it refused before a card is touched.
  const signing = readyToSign(ctx);
  if (!signing.ok && ctx.journal.list().length === 0) return signing;
  // What is written is read back with these; an endorsement that is carried over is appended with the other.
  const held = entitled(ctx, 'inspect', 'endorse');
  if (!held.ok) return held;
  const session = new CardSession(ctx.channel);
  try {
    step(ctx, 'open');
    const application = await PermitApplication.select(session);
    if (application === undefined) return failed('CARD_NOT_PERMIT');
    if (!profileFits(application.selected)) return failed('CARD_PROFILE');
    switch (application.selected.lifeCycle) {
      case 'terminated':
        return failed('CARD_TERMINATED');
      case 'activated':
        return await finishActivated(ctx, application, wanted);
      case 'blank':
      case 'void':
        return await writeVoid(ctx, application, wanted, signing);
    }
  } finally {
    session.endSecure();
  }
}

/** The answer to ACTIVATE was lost, or the process died after it: the SOD says which application this card carries. */
async function finishActivated(ctx: IssueContext, application: PermitApplication, wanted: Draft | undefined): Promise<Outcome<Issued>> {
  const { sod } = await application.readFiles('sod');
  const entry = ctx.journal.findBySodHash(hex(ctx.crypto.sha256(sod)));
  if (entry === undefined) return failed('CARD_ALREADY_ISSUED');
  const draft = decodeDraft(entry.payload);
  if (draft.prepared === undefined) return failed('CARD_ALREADY_ISSUED');
  if (wanted !== undefined && !sameDraft(draft, wanted)) return failed('CARD_OTHER_APPLICATION');
  return register(ctx, application.session, tryAgain(ctx, entry), draft, draft.prepared, { resumed: true, personalisation: application.session.traffic });
}

async function writeVoid(ctx: IssueContext, application: PermitApplication, wanted: Draft | undefined, signing: Outcome<Signer>): Promise<Outcome<Issued>> {
  const { session, selected } = application;
  step(ctx, 'authenticate');
  const introduction = await introduce(session);
  const serial = hex(introduction.answer.serial);
  const found = ctx.journal.find(serial);
  const draft = found === undefined ? wanted : decodeDraft(found.payload);
  if (draft === undefined) return failed(selected.lifeCycle === 'blank' ? 'CARD_BLANK' : 'CARD_VOID');
  if (found !== undefined && wanted !== undefined && !sameDraft(draft, wanted)) return failed('CARD_OTHER_APPLICATION');
  if (found === undefined && begunElsewhere(ctx, draft)) return failed('JOURNAL_BUSY');
  if (draft.prepared === undefined) {
    if (!signing.ok) return signing;
    // Before a number is taken for what could not be signed.
    if (!inArea(signing.value.delegation, draft.application.residence.division)) return failed('SIGNER_NOT_ENTITLED', 'delegation-area');
  }
  const keys = ctx.keySets.find(serial);
  if (keys === undefined) return failed('KEY_SET_MISSING');

  const opened = await authenticate(session, introduction, keys);
  if (!opened.ok) return opened;
  const personalisation = opened.value;
  const entry = found === undefined ? reserve(ctx, serial, draft) : done(tryAgain(ctx, found));
  if (!entry.ok) return entry;
  step(ctx, 'prepare');
  const generated = await personalisation.generate();
  const ready = draft.prepared === undefined ? prepareNow(ctx, signing, entry.value, draft, selected, generated) : done({ entry: entry.value, prepared: draft.prepared });
  if (!ready.ok) return ready;
  const { prepared } = ready.value;
  const chipKey = compressedPoint(generated.chipKey);
  if (chipKey === undefined || !sameBytes(chipKey, prepared.chipKey)) return failed('CARD_AUTHENTICATION', 'chip key');

  const stream = buildStream(prepared.files, { ...firstCounters, cardDate: prepared.cardDate, can: prepared.can, trustPoint: prepared.trustPoint });
  step(ctx, 'write', 0, stream.length);
  await personalisation.storeStream(stream, generated, (stored) => step(ctx, 'write', stored, stream.length));
  step(ctx, 'activate');
  await personalisation.activate(stream);
  return register(ctx, session, ready.value.entry, draft, prepared, { resumed: found !== undefined, personalisation: session.traffic });
}

/** The same person on another blank would have two permits as soon as the first card is put back. */
const begunElsewhere = (ctx: IssueContext, { application }: Draft): boolean =>
  ctx.journal.list().some((entry) => decodeDraft(entry.payload).application.idNumber === application.idNumber);

async function authenticate(session: CardSession, introduction: Introduction, keys: KeySet): Promise<Outcome<Personalisation>> {
  if (keys.keyVersion !== introduction.answer.keyVersion) return failed('CARD_AUTHENTICATION', 'key version');
  try {
    const opened = await Personalisation.open(session, introduction, keys);
    if (opened.ok) return done(opened.personalisation);
    if (opened.reason === 'card-cryptogram' || opened.sw === 0x6300) return failed('CARD_AUTHENTICATION', opened.reason);
    throw statusError('EXTERNAL AUTHENTICATE', opened.sw);
  } finally {
    for (const key of [keys.enc, keys.mac, keys.dek]) key.fill(0);
  }
}

/** Takes number and index, durably, before the card makes its keys. */
function reserve(ctx: IssueContext, serial: string, draft: Draft): Outcome<JournalEntry> {
  const granted = decide(draft);
  if (!granted.ok) return granted;
  const taken = draft.replaces === undefined ? takeNumber(ctx, draft, granted.value.kind) : takeIndex(ctx, draft.replaces);
  if (taken === undefined) return failed('NUMBERS_EXHAUSTED');
  const entry: JournalEntry = { serial, state: 'reserved', ...taken, sodHash: '', payload: encodeDraft(draft), startedAt: ctx.clock.now(), tries: 1 };
  ctx.journal.put(entry);
  return done(entry);
}

/** Counted before the card is gone on with: a try that a dying process cut short counts too. */
function tryAgain(ctx: IssueContext, begun: JournalEntry): JournalEntry {
  const entry = { ...begun, tries: (begun.tries ?? 1) + 1 };
  ctx.journal.put(entry);
  return entry;
}

type Taken = Pick<JournalEntry, 'permitNumber' | 'statusIndex'>;

function takeNumber(ctx: IssueContext, { application, issued }: Draft, kind: PermitKind): Taken | undefined {
  const division6 = application.residence.division.slice(0, 6);
  const year = Number(issued.slice(0, 4));
  const reserved = ctx.numbers.reserve(division6, year, kind);
  if (reserved === undefined) return undefined;
  return { permitNumber: permitNumber({ division6, year, kind, sequence: reserved.sequence }), statusIndex: reserved.statusIndex };
}

/** The permit keeps its number; the card is told from the ones before it by an index of its own. */
function takeIndex(ctx: IssueContext, replaces: Replacement): Taken | undefined {
  const statusIndex = ctx.numbers.reserveIndex();
  return statusIndex === undefined ? undefined : { permitNumber: replaces.permitNumber, statusIndex };
}

/** Signs, and makes it durable before the first byte goes to the card. */
function prepareNow(
  ctx: IssueContext,
  signing: Outcome<Signer>,
  reserved: JournalEntry,
  draft: Draft,
  selected: SelectedPermit,
  generated: Generated,
): Outcome<{ entry: JournalEntry; prepared: Prepared }> {
  if (!signing.ok) return signing;
  const prepared = prepareCard(ctx, signing.value, draft, reserved, { selected, generated });
  if (!prepared.ok) return prepared;
  const sodHash = hex(ctx.crypto.sha256(prepared.value.files.sod));
  const entry: JournalEntry = { ...reserved, state: 'prepared', sodHash, payload: encodeDraft({ ...draft, prepared: prepared.value }) };
  ctx.journal.put(entry);
  return done({ entry, prepared: prepared.value });
}

/** Reads back; only then is the permit registered, and the journal's entry and the card's keys are gone, all in one transaction. */
async function register(
  ctx: IssueContext,
  session: CardSession,
  entry: JournalEntry,
  draft: Draft,
  prepared: Prepared,
  so: { readonly resumed: boolean; readonly personalisation: Traffic },
): Promise<Outcome<Issued>> {
  step(ctx, 'read-back');
  const compared = await readBack(ctx, session, prepared);
  if (!compared.ok) return compared;
  step(ctx, 'register');
  const { serial, permitNumber: number, statusIndex } = entry;
  const { sod, permit, holder, residence, photo } = prepared.files;
  const { application, issued, replaces, receipt } = draft;
  const record: IssueRecord = {
    type: 'issue', serial, permitNumber: number, statusIndex, sod, permit, holder, residence, photo, application, issuedAt: prepared.issuedAt, can: prepared.can,
    ...(receipt === undefined ? {} : { receipt }),
    ...(replaces === undefined ? {} : { replaces: replaces.reason, by: replaces.by }),
    ...(prepared.endorsement === undefined ? {} : { endorsement: prepared.endorsement }),
  };
  const returned = replaces === undefined ? undefined : returnOf(replaces, ctx.clock.now());
  const seq = returned === undefined ? ctx.journal.complete(serial, record) : ctx.journal.complete(serial, record, returned);
  step(ctx, 'register', 1, 1);
  return done({ serial, permitNumber: number, statusIndex, can: prepared.can, issuedOn: issued, seq, resumed: so.resumed, traffic: { personalisation: so.personalisation, total: session.traffic } });
}
