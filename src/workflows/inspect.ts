import {
  ChannelError,
  PermitApplication,
  ChipChallenge,
  type CardSession,
  type ChannelErrorCode,
  type ChipStatus,
  type FileName,
  type SelectedPermit,
} from '../card/index.js';
import { done, failed, type FailureCode, type Outcome } from '../contract/index.js';
import type { Authentic, ChipAnswer, NotAuthentic } from '../permit/index.js';
import type { CardContext, StepName } from './ports.js';
import type { ChipProof } from './prove-rights.js';

const shownFiles = ['sod', 'permit', 'endorsements'] as const satisfies readonly FileName[];
type ShownFiles = Readonly<Record<(typeof shownFiles)[number], Uint8Array>>;

/** A selected, issued card on its session. */
export interface OpenCard {
  readonly application: PermitApplication;
  readonly session: CardSession;
  /** What is on its way already; undefined where the reader cannot carry it so. */
  readonly ahead: Ahead | undefined;
}

/** The free files, and behind them the challenge to the chip. */
interface Ahead {
  readonly contents: Promise<ShownFiles>;
  readonly challenge: ChipChallenge;
}

/** What a card showed; nothing in it is believed yet. */
export interface Shown {
  readonly sod: Uint8Array;
  readonly permit: Uint8Array;
  /** EF.Version as SELECT told it. */
  readonly version: Uint8Array;
  /** The newest record; empty when there is none. */
  readonly endorsement: Uint8Array;
  /** What passive authentication said of SOD and Permit: judged once, before the chip is asked. */
  readonly card: Authentic | NotAuthentic;
  readonly chip: ChipAnswer;
  /** Of a chip that proved its key: what its rights are proved with. */
  readonly proof?: ChipProof;
}

/** With what the chip told of its counters, when it was asked. */
export interface Told extends Shown {
  readonly status?: ChipStatus;
}

/** SELECT, and what can be said of a card that is none, not yet or no more a permit. */
export async function openCard(ctx: CardContext, session: CardSession): Promise<Outcome<OpenCard>> {
  tell(ctx, 'open');
  const { selected, ahead: reading } = PermitApplication.selectAhead(session, ...shownFiles);
  const ahead = reading === undefined ? undefined : { contents: reading.contents, challenge: new ChipChallenge(session, reading.answer) };
  const application = await selected.catch(async (error: unknown) => {
    await ahead?.challenge.drop();
    throw error;
  });
  const refusal = refusalOf(application);
  if (application !== undefined && refusal === undefined) return done({ application, session, ahead });
  await ahead?.challenge.drop();
  return failed(refusal ?? 'CARD_NOT_PERMIT');
}

function refusalOf(application: PermitApplication | undefined): FailureCode | undefined {
  if (application === undefined) return 'CARD_NOT_PERMIT';
  if (!profileFits(application.selected)) return 'CARD_PROFILE';
  switch (application.selected.lifeCycle) {
    case 'blank':
      return 'CARD_BLANK';
    case 'void':
      return 'CARD_VOID';
    case 'terminated':
      return 'CARD_TERMINATED';
    case 'activated':
      return undefined;
  }
}

/** Cards of profile 0 have no rights: whoever speaks to the chip reads and writes it (permit-application.md). */
export const profileFits = ({ profile }: SelectedPermit): boolean => profile >= 1;

export const tell = (ctx: CardContext, step: StepName): void => ctx.onStep?.({ step, done: 0, of: 1 });

/** No answer in time proves nothing about the card; one that was taken away is the person's next step and no verdict. */
const silent: ReadonlySet<ChannelErrorCode> = new Set(['CARD_SILENT', 'READER_TIMEOUT']);

/** Lets the chip prove the key of an authenticated SOD. */
async function proofOf(challenge: ChipChallenge, chipKey: Uint8Array): Promise<Pick<Shown, 'chip' | 'proof'>> {
  try {
    const proof = await challenge.prove(chipKey);
    if (proof.proven) return { chip: 'proved', proof };
    return { chip: proof.reason === 'refused' ? 'refused' : 'wrong' };
  } catch (error) {
    if (error instanceof ChannelError && silent.has(error.code)) return { chip: 'silent' };
    throw error;
  }
}

/** The free files of an issued card, with the challenge to its chip behind them. */
async function readAndChallenge({ application, session, ahead }: OpenCard): Promise<ShownFiles & { readonly challenge: ChipChallenge }> {
  const { contents, challenge } = ahead ?? challenged(application, session) ?? {};
  if (contents === undefined || challenge === undefined) return { ...(await application.readFiles(...shownFiles)), challenge: new ChipChallenge(session) };
  try {
    return { ...(await contents), challenge };
  } catch (error) {
    await challenge.drop();
    throw error;
  }
}

function challenged(application: PermitApplication, session: CardSession): Ahead | undefined {
  const reading = application.readTogether(...shownFiles);
  return reading === undefined ? undefined : { contents: reading.contents, challenge: new ChipChallenge(session, reading.answer) };
}

/**
 * Three exchanges after SELECT: GET DATA of SOD, Permit and newest Endorsement; MSE:SET AT; GENERAL AUTHENTICATE. What is read in plain is signed or digested, and
 * an Endorsement that was exchanged on the way shows by the counter, which the chip tells under secure messaging afterwards. `authenticate` judges the files before
 * anything of the chip's answer is looked at: a key that nobody genuine signed proves nothing, and a chip is never called a copy because of it.
 */
export async function show(ctx: CardContext, open: OpenCard, authenticate: (files: Omit<Shown, 'card' | 'chip' | 'proof'>) => Authentic | NotAuthentic): Promise<Shown> {
  const { version } = open.application.selected;
  const { challenge, sod, permit, endorsements: endorsement } = await readAndChallenge(open);
  const files = { sod, permit, version, endorsement };
  // The terminal judges while reader and card work on the challenge.
  const read = { ...files, card: authenticate(files) };
  if (!read.card.ok) {
    await challenge.drop();
    return { ...read, chip: 'skipped' };
  }
  tell(ctx, 'chip');
  return { ...read, ...(await proofOf(challenge, read.card.sod.chipKey)) };
}

/** What a terminal reads with its rights only. */
export interface HeldFiles {
  readonly holder?: Uint8Array;
  readonly photo?: Uint8Array;
  readonly residence?: Uint8Array;
  /** the signed object of each slot, all of them */
  readonly services?: readonly Uint8Array[];
}
