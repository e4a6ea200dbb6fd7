import { CardSession, makeEphemeralKeyAhead, readServices, serviceObjects, type ChipStatus, type PermitApplication, type Traffic } from '../card/index.js';
import { done, type Failure, type Outcome } from '../contract/index.js';
import { dateInChina, decodeHolder, decodePhoto, type Endorsement, type Holder, type Permit, type Residence, type ServiceSlot, type Verdict } from '../permit/index.js';
import { attempt } from './attempt.js';
import { openCard, show, tell, type HeldFiles, type Shown, type Told } from './inspect.js';
import { authenticate, judge, weigh, type Judged, type Weighed } from './judge.js';
import { presentPin, typedPin } from './pin.js';
import type { VerifyContext } from './ports.js';
import { entitled, proveRights, within, type Opening } from './prove-rights.js';
import { recordOf } from './verify-permit.js';

/** Holder and Photo only when their digests stand in an authentic SOD; Residence and Services only when their own signatures are right. */
export interface PermitContents {
  readonly permit: Permit;
  /** Day in China on which this card was signed: another card of a permit has a later one than its day of issue. */
  readonly madeOn: string;
  /** The newest one, of an authentic signature. */
  readonly endorsement?: Endorsement;
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
  /** What the chip told of its PIN: unset, or the tries left; absent where the chip was not asked. */
  readonly pin?: ChipStatus['pin'];
  readonly seq: number;
  readonly traffic: Traffic;
}

/** By whom the card is opened: at a kiosk by its holder, elsewhere by the terminal's right alone. */
const openings: Readonly<Record<VerifyContext['mode'], Opening & { readonly right: 'inspect' | 'kiosk' }>> = {
  police: { right: 'inspect', purpose: 'check' },
  counter: { right: 'inspect', purpose: 'reading' },
  kiosk: { right: 'kiosk', purpose: 'selfService' },
};

/** Told as soon as every check of `verifyPermit` has run; what is read afterwards may only make it worse (access.md 7). */
export type OnVerdict = (verdict: Verdict) => void;

/**
 * The verdict together with the card's contents. At a kiosk `pin` opens them, six ASCII digits, wiped here: PIN_REQUIRED, PIN_FORM, PIN_WRONG with the tries left,
 * PIN_BLOCKED, PIN_NOT_SET; the first two before the card is touched. At most 16 APDUs with a photo of 10 KB, at a kiosk VERIFY as well. Where the terminal has no right, or the card accepts none, the verdict comes with `closed`.
 * With `onVerdict` (not at a kiosk) the verdict is told before the contents are read, and stands, with `closed`, when they cannot be.
 */
export function readPermit(ctx: VerifyContext, pin?: Uint8Array, onVerdict?: OnVerdict): Promise<Outcome<Read>> {
  return attempt(async () => {
    const session = new CardSession(ctx.channel);
    try {
      const opening = openings[ctx.mode];
      // Without the right a PIN would open nothing: the verdict comes all the same.
      const may = entitled(ctx, opening.right);
      const typed = may.ok && opening.right === 'kiosk' ? typedPin(pin) : undefined;
      if (typed?.ok === false) return typed;
      const begun = await begin(ctx, session);
      if (!begun.ok) return begun;
      const { application, shown } = begun.value;
      if (!shown.card.ok || shown.proof === undefined) return await concluded(ctx, session, shown);
      if (!may.ok) return await concluded(ctx, session, { ...shown, status: await application.chipStatus() }, { closed: may });
      const proven: Proven = { application, shown, chip: { chipKey: shown.card.sod.chipKey, proof: shown.proof } };
      if (onVerdict !== undefined && opening.right === 'inspect') return await readOn(ctx, session, proven, opening, onVerdict);
      return await read(ctx, session, proven, opening, typed?.value);
    } finally {
      pin?.fill(0);
      session.endSecure();
      setImmediate(makeEphemeralKeyAhead);
    }
  });
}
interface Begun {
  readonly application: PermitApplication;
  readonly shown: Shown;
}
/** A genuine card whose chip proved itself. */
interface Proven extends Begun {
  readonly chip: Parameters<typeof proveRights>[2];
}

async function begin(ctx: VerifyContext, session: CardSession): Promise<Outcome<Begun>> {
  const opened = await openCard(ctx, session);
  if (!opened.ok) return opened;
  return done({ application: opened.value.application, shown: await show(ctx, opened.value, (files) => authenticate(ctx, files)) });
}

async function read(ctx: VerifyContext, session: CardSession, { application, shown, chip }: Proven, opening: (typeof openings)['kiosk'], pin: Uint8Array | undefined): Promise<Outcome<Read>> {
  const proved = await proveRights(ctx, session, chip, opening);
  if (!proved.ok) return withoutContents(ctx, session, proved);
  if (pin !== undefined) {
    const opens = await presentPin(session, pin);
    if (!opens.ok) return opens.code === 'ACCESS_RIGHT_MISSING' ? withoutContents(ctx, session, opens) : opens;
  }
  const held = await within(opening.right, async () => done(await readHeld(application)));
  if (!held.ok) return withoutContents(ctx, session, held);
  const { files, status } = held.value;
  return concluded(ctx, session, { ...shown, status }, { files, right: opening.right });
}

/** A card that refuses the terminal ends its channel: the verdict is read anew, on a fresh one. */
async function withoutContents(ctx: VerifyContext, session: CardSession, closed: Failure): Promise<Outcome<Read>> {
  const begun = await begin(ctx, session);
  if (!begun.ok) return begun;
  const { application, shown } = begun.value;
  return concluded(ctx, session, shown.chip === 'proved' ? { ...shown, status: await application.chipStatus() } : shown, { closed });
}

/** Verdict first: the chip tells its counters before the terminal proves its rights, and what was weighed then is weighed once, so that reading on can only make it worse. */
async function readOn(ctx: VerifyContext, session: CardSession, { application, shown, chip }: Proven, opening: (typeof openings)['police'], onVerdict: OnVerdict): Promise<Outcome<Read>> {
  const counting = application.chipStatus();
  // Met where it is awaited.
  counting.catch(() => undefined);
  const weighed = weigh(ctx, shown);
  const status = await counting;
  const told = { ...shown, status };
  tell(ctx, 'verdict');
  onVerdict(judge(ctx, told, {}, weighed).verdict);
  let right: typeof opening.right | undefined;
  const held = await attempt(async () => {
    const proved = await proveRights(ctx, session, chip, opening);
    if (!proved.ok) return proved;
    right = opening.right;
    return within(opening.right, async () => {
      const { services, ...files } = await application.readOpened(status.slots.size);
      return done({ ...files, services: serviceObjects(services), photo: await application.readFile('photo') });
    });
  });
  // A card that is gone, or refuses, after its verdict was told: the verdict stands and is recorded.
  return concluded(ctx, session, told, held.ok ? { files: held.value, right, weighed } : { closed: held, right, weighed });
}

interface Conclusion {
  readonly closed?: Failure;
  readonly files?: Required<HeldFiles>;
  /** by which the holder's data was opened, be it in part */
  readonly right?: 'inspect' | 'kiosk' | undefined;
  readonly weighed?: Weighed;
}

async function concluded(ctx: VerifyContext, session: CardSession, shown: Told, { closed, files, right, weighed }: Conclusion = {}): Promise<Outcome<Read>> {
  if (weighed === undefined) tell(ctx, 'verdict');
  const judged = judge(ctx, shown, files, weighed);
  const { verdict } = judged;
  const opened = files === undefined ? undefined : await attempt(() => Promise.resolve(done(contentsOf(judged, files))));
  // Signed and still not what the specification says: without a verdict that was told, none can be had.
  if (opened?.ok === false && weighed === undefined) return opened;
  const contents = opened?.ok === true ? opened.value : undefined;
  const why = closed ?? (opened?.ok === false ? opened : undefined);
  const seq = ctx.outbox.enqueue(recordOf(ctx, verdict, right));
  return done({ verdict, seq, traffic: session.traffic, ...(contents === undefined ? {} : { contents }), ...(why === undefined ? {} : { closed: why }), ...(shown.status === undefined ? {} : { pin: shown.status.pin }) });
}

async function readHeld(application: PermitApplication): Promise<{ readonly files: Required<HeldFiles>; readonly status: ChipStatus }> {
  const { contents, status } = await application.readFilesWithStatus('holder', 'residence');
  const services = await readServices(application);
  return { files: { ...contents, services, photo: await application.readFile('photo') }, status };
}

function contentsOf({ card, residence, endorsement, services }: Judged, held: Required<HeldFiles>): PermitContents | undefined {
  if (!card.ok) return undefined;
  return {
    permit: card.permit,
    madeOn: dateInChina(card.sod.signedAt),
    ...(typeof endorsement === 'object' && endorsement.ok ? { endorsement: endorsement.object } : {}),
    holder: decodeHolder(held.holder),
    photo: decodePhoto(held.photo).jpeg,
    ...(residence?.ok === true ? { residence: residence.object } : {}),
    services: (services ?? []).flatMap((slot) => (slot.ok ? [slot.object] : [])),
  };
}
