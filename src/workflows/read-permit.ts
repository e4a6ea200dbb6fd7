import { CardSession, makeEphemeralKeyAhead, readServices, type ChipStatus, type PermitApplication, type Traffic } from '../card/index.js';
import { done, type Failure, type Outcome } from '../contract/index.js';
import { decodeHolder, decodePhoto, type Holder, type Permit, type Residence, type ServiceSlot, type Verdict } from '../permit/index.js';
import { attempt } from './attempt.js';
import { openCard, show, tell, type HeldFiles, type Shown } from './inspect.js';
import { authenticate, judge, type Judged } from './judge.js';
import { presentPin, typedPin } from './pin.js';
import type { VerifyContext } from './ports.js';
import { entitled, proveRights, within, type Opening } from './prove-rights.js';
import { recordOf } from './verify-permit.js';

/** Holder and Photo only when their digests stand in an authentic SOD; Residence and Services only when their own signatures are right. */
export interface PermitContents {
  readonly permit: Permit;
  readonly holder: Holder;
  /** JPEG. */
  readonly photo: Uint8Array;
  readonly residence?: Residence;
  /** Of each department that has one, by rising number. */
  readonly services: readonly ServiceSlot[];
}

export interface Read {
  readonly verdict: Verdict;
  /** Absent when the card is not authentic, its chip did not prove itself, or it was not opened: then nothing on it is shown as anybody's data. */
  readonly contents?: PermitContents;
  /** Why nothing of the holder was opened although the card proved itself: this terminal has no right to. The verdict stands. */
  readonly closed?: Failure;
  readonly seq: number;
  readonly traffic: Traffic;
}

/** By whom the card is opened: at a kiosk by its holder, elsewhere by the terminal's right alone. */
const openings: Readonly<Record<VerifyContext['mode'], Opening & { readonly right: 'inspect' | 'kiosk' }>> = {
  police: { right: 'inspect', purpose: 'check' },
  counter: { right: 'inspect', purpose: 'reading' },
  kiosk: { right: 'kiosk', purpose: 'selfService' },
};

/**
 * The verdict together with the card's contents. At a kiosk `pin` opens them, six ASCII digits, wiped here: PIN_REQUIRED, PIN_FORM, PIN_WRONG with the tries left,
 * PIN_BLOCKED, PIN_NOT_SET; the first two before the card is touched. At most 16 APDUs with a photo of 10 KB, at a kiosk VERIFY as well. Where the terminal has no right, or the card accepts none, the verdict comes with `closed`.
 */
export function readPermit(ctx: VerifyContext, pin?: Uint8Array): Promise<Outcome<Read>> {
  return attempt(async () => {
    const session = new CardSession(ctx.channel);
    try {
      const opening = openings[ctx.mode];
      // Without the right a PIN would open nothing: the verdict comes all the same.
      const may = entitled(ctx, opening.right);
      const typed = may.ok && opening.right === 'kiosk' ? typedPin(pin) : undefined;
      if (typed?.ok === false) return typed;
      return await read(ctx, session, opening, may, typed?.value);
    } finally {
      pin?.fill(0);
      session.endSecure();
      setImmediate(makeEphemeralKeyAhead);
    }
  });
}

async function read(ctx: VerifyContext, session: CardSession, opening: (typeof openings)['kiosk'], may: Outcome<undefined>, pin: Uint8Array | undefined): Promise<Outcome<Read>> {
  const opened = await openCard(ctx, session);
  if (!opened.ok) return opened;
  const { application } = opened.value;
  const shown = await show(ctx, opened.value, (files) => authenticate(ctx, files));
  if (!shown.card.ok || shown.proof === undefined) return concluded(ctx, session, shown);
  if (!may.ok) return concluded(ctx, session, { ...shown, status: await application.chipStatus() }, may);
  const proved = await proveRights(ctx, session, { chipKey: shown.card.sod.chipKey, proof: shown.proof }, opening);
  if (!proved.ok) return withoutContents(ctx, session, proved);
  if (pin !== undefined) {
    const opens = await presentPin(session, pin);
    if (!opens.ok) return opens.code === 'ACCESS_RIGHT_MISSING' ? withoutContents(ctx, session, opens) : opens;
  }
  const held = await within(opening.right, async () => done(await readHeld(application)));
  if (!held.ok) return withoutContents(ctx, session, held);
  const { files, status } = held.value;
  return concluded(ctx, session, { ...shown, status }, undefined, { files, right: opening.right });
}

/** A card that refuses the terminal ends its channel: the verdict is read anew, on a fresh one. */
async function withoutContents(ctx: VerifyContext, session: CardSession, why: Failure): Promise<Outcome<Read>> {
  const opened = await openCard(ctx, session);
  if (!opened.ok) return opened;
  const shown = await show(ctx, opened.value, (files) => authenticate(ctx, files));
  return concluded(ctx, session, shown.chip === 'proved' ? { ...shown, status: await opened.value.application.chipStatus() } : shown, why);
}

interface OpenedFiles {
  readonly files: Required<HeldFiles>;
  readonly right: 'inspect' | 'kiosk';
}

function concluded(ctx: VerifyContext, session: CardSession, shown: Shown & { readonly status?: ChipStatus }, closed?: Failure, held?: OpenedFiles): Outcome<Read> {
  tell(ctx, 'verdict');
  const judged = judge(ctx, shown, held?.files);
  const contents = held === undefined ? undefined : contentsOf(judged, held.files);
  const { verdict } = judged;
  const seq = ctx.outbox.enqueue(recordOf(ctx, verdict, held?.right));
  return done({ verdict, seq, traffic: session.traffic, ...(contents === undefined ? {} : { contents }), ...(closed === undefined ? {} : { closed }) });
}

async function readHeld(application: PermitApplication): Promise<{ readonly files: Required<HeldFiles>; readonly status: ChipStatus }> {
  const { contents, status } = await application.readFilesWithStatus('holder', 'residence');
  const services = await readServices(application);
  return { files: { ...contents, services, photo: await application.readFile('photo') }, status };
}

function contentsOf({ card, residence, services }: Judged, held: Required<HeldFiles>): PermitContents | undefined {
  if (!card.ok) return undefined;
  return {
    permit: card.permit,
    holder: decodeHolder(held.holder),
    photo: decodePhoto(held.photo).jpeg,
    ...(residence?.ok === true ? { residence: residence.object } : {}),
    services: (services ?? []).flatMap((slot) => (slot.ok ? [slot.object] : [])),
  };
}
