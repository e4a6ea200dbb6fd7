import {
  ChannelError,
  PermitApplication,
  chipAuthenticate,
  selectChipKey,
  uncompressedPoint,
  type CardSession,
  type ChannelErrorCode,
  type ChipStatus,
  type FileName,
} from '../card/index.js';
import { done, failed, type Outcome } from '../contract/index.js';
import type { Authentic, ChipAnswer, NotAuthentic } from '../permit/index.js';
import { environmentFits } from './environment.js';
import type { CardContext, StepName } from './ports.js';

/** A selected, issued card on its session. */
export interface OpenCard {
  readonly application: PermitApplication;
  readonly session: CardSession;
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
  /** Only from a chip that proved its key. */
  readonly status?: ChipStatus;
}

/** SELECT, and what can be said of a card that is none, not yet or no more a permit. */
export async function openCard(ctx: CardContext, session: CardSession): Promise<Outcome<OpenCard>> {
  tell(ctx, 'open');
  const application = await PermitApplication.select(session);
  if (application === undefined) return failed('CARD_NOT_PERMIT');
  if (!environmentFits(ctx, application.selected)) return failed('TRUST_ENVIRONMENT');
  switch (application.selected.lifeCycle) {
    case 'blank':
      return failed('CARD_BLANK');
    case 'void':
      return failed('CARD_VOID');
    case 'terminated':
      return failed('CARD_TERMINATED');
    case 'activated':
      return done({ application, session });
  }
}

export const tell = (ctx: CardContext, step: StepName): void => ctx.onStep?.({ step, done: 0, of: 1 });

/** No answer in time proves nothing about the card; one that was taken away is the person's next step and no verdict. */
const silent: ReadonlySet<ChannelErrorCode> = new Set(['CARD_SILENT', 'READER_TIMEOUT']);

/** Lets the chip prove the key of an authenticated SOD. */
async function askChip(session: CardSession, chipKey: Uint8Array, selected: ReturnType<typeof selectChipKey>): Promise<ChipAnswer> {
  // Signed and still no point of the curve: no chip can hold such a key.
  if (uncompressedPoint(chipKey) === undefined) {
    await selected.catch(() => undefined);
    return 'wrong';
  }
  try {
    const proof = await chipAuthenticate(session, chipKey, undefined, selected);
    if (proof.proven) return 'proved';
    return proof.reason === 'refused' ? 'refused' : 'wrong';
  } catch (error) {
    if (error instanceof ChannelError && silent.has(error.code)) return 'silent';
    throw error;
  }
}

/**
 * Four exchanges after SELECT: GET DATA of SOD, Permit and newest Endorsement; MSE:SET AT; GENERAL AUTHENTICATE; under secure messaging the chip's counters. What is
 * read in plain is signed or digested, and an Endorsement that was exchanged on the way shows by the counter. `authenticate` judges the files before the
 * chip is asked to prove anything: a key that nobody genuine signed proves nothing, and a chip is never called a copy because of it.
 */
export async function show(
  ctx: CardContext,
  { application, session }: OpenCard,
  authenticate: (files: Omit<Shown, 'card' | 'chip' | 'status'>) => Authentic | NotAuthentic,
): Promise<Shown> {
  const { version } = application.selected;
  const { sod, permit, endorsements: endorsement } = await application.readFiles('sod', 'permit', 'endorsements');
  const files = { sod, permit, version, endorsement };
  // The card works on MSE:SET AT while the files are judged here. Its answer, or its failure, is met where it is awaited.
  const selected = selectChipKey(session);
  selected.catch(() => undefined);
  const read = { ...files, card: authenticate(files) };
  if (!read.card.ok) {
    await selected.catch(() => undefined);
    return { ...read, chip: 'skipped' };
  }
  tell(ctx, 'chip');
  const chip = await askChip(session, read.card.sod.chipKey, selected);
  return chip === 'proved' ? { ...read, chip, status: await application.chipStatus() } : { ...read, chip };
}

/** Files that are read under secure messaging only. */
export const heldFiles = ['holder', 'residence', 'photo'] as const satisfies readonly FileName[];
export type HeldFiles = Readonly<Record<(typeof heldFiles)[number], Uint8Array>>;
