import { randomBytes } from 'node:crypto';
import {
  application as applicationSchema,
  done,
  failed,
  type Application,
  type CapturedRecord,
  type CardReturnRecord,
  type HandOverRecord,
  type Outcome,
  type RevocationRecord,
  type TerminalRules,
} from '../contract/index.js';
import {
  applyEvent,
  checkPermitNumber,
  checkPhoto,
  checkResident,
  dateInChina,
  decideValidity,
  feeFor,
  issueDueOn,
  kindOf,
  type CitySettings,
  type FullDate,
  type LifeCycleEvent,
  type PermitFile,
  type Purpose,
  type Refusal,
} from '../permit/index.js';
import { attempt } from './attempt.js';
import type { Clock, Outbox } from './ports.js';

/**
 * What the counter does without a card on the reader: registration, acceptance, papers, review, hand-over, status, fees and returned cards. Each decides by
 * the pure rules of `permit` first, captures one record, and keeps an open application boxed until it has ended. Card work is in its own files.
 */

/** An application that this terminal accepted and has not seen end. */
export interface OpenApplication {
  readonly receipt: string;
  readonly application: Application;
  readonly file: PermitFile;
  readonly permitNumber?: string;
  /** JPEG, for the card that is made of it later. */
  readonly photo?: Uint8Array;
  /** id of the form that it was accepted from */
  readonly draft?: string;
  /** Its card as it was read back, before it was registered: once that serial is no unfinished card any more, it was made. */
  readonly readBack?: MadeCard;
  /** What was taken for it, and the number of the slip. */
  readonly fee?: { readonly receipt: string; readonly fen: number };
  /** The card that was made and waits for its holder (待领). */
  readonly made?: MadeCard;
}

export interface MadeCard {
  readonly serial: string;
  readonly permitNumber: string;
  readonly can: string;
  /** which card of its permit it is; absent of one that was made by an older program */
  readonly statusIndex?: number;
  /** day of issue as it says, and day on which it was signed; absent likewise */
  readonly issuedOn?: FullDate;
  readonly madeOn?: FullDate;
}

/** Open applications, boxed at rest: they hold personal data. Durable on return. */
export interface OpenApplications {
  get(receipt: string): OpenApplication | undefined;
  list(): OpenApplication[];
  put(open: OpenApplication): void;
  delete(receipt: string): void;
}

export interface CounterContext {
  readonly outbox: Outbox;
  readonly clock: Clock;
  readonly open: OpenApplications;
  readonly rules: TerminalRules;
  /** operator who acts */
  readonly by: string;
}

export interface Recorded {
  readonly seq: number;
}

const today = ({ clock }: CounterContext): FullDate => dateInChina(clock.now());
const city = ({ rules }: CounterContext): CitySettings => ({ endorsementDueDayCounts: rules.endorsementDueDayCounts });

/** Crockford's alphabet: nothing that a person reads wrongly from a slip. */
const alphabet = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
/** A number on a slip: its kind, the day, and eight random characters, so that nobody reads another person's off his own. */
export const slipNumber = (kind: 'D' | 'S' | 'F', day: FullDate): string =>
  `${kind}${day.replaceAll('-', '')}-${Array.from(randomBytes(8), (byte) => alphabet[byte & 31]).join('')}`;

const capture = ({ outbox, clock, by }: CounterContext, record: (acted: { readonly by: string; readonly at: number }) => CapturedRecord): Recorded => ({
  seq: outbox.enqueue(record({ by, at: clock.now() })),
});

/** The application as the contract has it, with the person's data right by the rules of today. */
const checked = (ctx: CounterContext, input: unknown): Outcome<Application> => {
  const parsed = applicationSchema.safeParse(input);
  if (!parsed.success) return failed('INPUT_INVALID', parsed.error.issues[0]?.path.join('.'));
  const refused = checkResident(parsed.data, today(ctx));
  return refused === undefined ? done(parsed.data) : failed(refused.code, refused.detail);
};

/** Residence registration (居住登记): the voucher (登记凭证) and no card. Who needs no permit, a child or a short stay, is registered all the same. */
export function registerResident(ctx: CounterContext, input: unknown): Promise<Outcome<Recorded & { readonly voucher: string }>> {
  return attempt(() => {
    const application = checked(ctx, input);
    if (!application.ok) return Promise.resolve(application);
    const voucher = slipNumber('D', today(ctx));
    return Promise.resolve(done({ voucher, ...capture(ctx, (acted) => ({ type: 'registration', voucher, application: application.value, ...acted })) }));
  });
}

export interface Acceptance {
  readonly application: unknown;
  readonly purpose: Purpose;
  /** every paper that is missing, told once (一次性告知) */
  readonly missingPapers: readonly string[];
  /** of the permit that is replaced, and what is known of it */
  readonly permit?: { readonly permitNumber: string; readonly file: PermitFile };
  /** JPEG; it may come later, with the papers */
  readonly photo?: Uint8Array;
  /** id of the form that it stood in */
  readonly draft?: string;
  /** why somebody who was found under the same number is another person */
  readonly distinctReason?: string;
}
export type Accepted = Recorded & { readonly receipt: string; readonly dueOn: FullDate; readonly missingPapers: readonly string[]; readonly feeFen: number };

/** Acceptance (受理): the receipt, the last day to issue, what is missing, and what it will cost. */
export function acceptApplication(ctx: CounterContext, { application: input, purpose, missingPapers, permit, photo, draft, distinctReason }: Acceptance): Promise<Outcome<Accepted>> {
  return attempt(() => {
    const application = checked(ctx, input);
    if (!application.ok) return Promise.resolve(application);
    const day = today(ctx);
    if (purpose !== 'first' && permit === undefined) return Promise.resolve(failed('PERMIT_FACTS_MISSING'));
    // The number of a permit says its kind, and its cards keep it.
    if (permit?.file.kind !== undefined && permit.file.kind !== kindOf(application.value)) return Promise.resolve(failed('INPUT_INVALID', 'kind'));
    const picture = photo === undefined ? undefined : checkPhoto(photo);
    if (picture?.ok === false) return Promise.resolve(failed(picture.code, picture.detail));
    const dueOn = issueDueOn(day, ctx.rules.issueDays);
    const next = applyEvent(permit?.file, { type: 'acceptance', on: day, purpose, missingPapers, dueOn }, city(ctx));
    if (!next.ok) return Promise.resolve(failed(next.code, next.detail));
    const receipt = slipNumber('S', day);
    const number = permit === undefined ? {} : { permitNumber: permit.permitNumber };
    // The application first: a record without it could never be reviewed here, an application without a record is accepted again.
    ctx.open.put({ receipt, application: application.value, file: next.file, ...number, ...(photo === undefined ? {} : { photo }), ...(draft === undefined ? {} : { draft }) });
    const recorded = capture(ctx, (acted) => ({
      type: 'acceptance', receipt, purpose, application: application.value, ...number, missingPapers: [...missingPapers], ...(distinctReason === undefined ? {} : { distinctReason }), dueOn, ...acted,
    }));
    return Promise.resolve(done({ receipt, dueOn, missingPapers, feeFen: feeFor(`issue:${purpose}`, ctx.rules.fees), ...recorded }));
  });
}

/** Applies an event to an open application and captures its record. */
const advance = (
  ctx: CounterContext,
  receipt: string,
  event: LifeCycleEvent,
  record: (acted: { readonly by: string; readonly at: number }) => CapturedRecord,
  { photo, fit = () => undefined }: { readonly photo?: Uint8Array | undefined; readonly fit?: (open: OpenApplication) => Refusal | undefined } = {},
): Outcome<Recorded & { readonly file: PermitFile }> => {
  const open = ctx.open.get(receipt);
  if (open === undefined) return failed('APPLICATION_UNKNOWN');
  const next = applyEvent(open.file, event, city(ctx));
  if (!next.ok) return failed(next.code, next.detail);
  const refused = fit(open);
  if (refused !== undefined) return failed(refused.code, refused.detail);
  // A photo first: the record says that it came.
  if (photo !== undefined) ctx.open.put({ ...open, photo });
  const recorded = capture(ctx, record);
  if (next.file.state === 'refused') ctx.open.delete(receipt);
  else ctx.open.put({ ...open, file: next.file, ...(photo === undefined ? {} : { photo }) });
  return done({ ...recorded, file: next.file });
};

/** Papers that came in; `missingPapers` is what is still missing, nothing that the first notice did not name. */
export const supplementPapers = (ctx: CounterContext, receipt: string, missingPapers: readonly string[], photo?: Uint8Array): Promise<Outcome<Recorded>> =>
  attempt(() => {
    const picture = photo === undefined ? undefined : checkPhoto(photo);
    if (picture?.ok === false) return Promise.resolve(failed(picture.code, picture.detail));
    const event = { type: 'supplement', on: today(ctx), missingPapers } as const;
    return Promise.resolve(advance(ctx, receipt, event, (acted) => ({ type: 'supplement', receipt, missingPapers: [...missingPapers], ...acted }), { photo }));
  });

/** Why no card could be made of it today: what is approved can be refused no more, so nobody approves what the making would refuse. Another card of a permit keeps what was granted. */
const unfit = (ctx: CounterContext, { application, file }: OpenApplication): Refusal | undefined => {
  const { purpose = 'first' } = file;
  if (purpose !== 'first' && !(purpose === 'exchange' && file.expiresOn !== undefined)) return undefined;
  const granted = decideValidity(application, { onDate: today(ctx) });
  return granted.ok ? undefined : granted;
};

/** Review (审核): approved for making, or refused with a written reason. NOT_ELIGIBLE and the other refusals of a making: not approved then. */
export const reviewApplication = (ctx: CounterContext, receipt: string, decision: 'approved' | 'refused', reason?: string): Promise<Outcome<Recorded>> =>
  attempt(() => {
    const written = reason === undefined || reason.trim() === '' ? {} : { reason: reason.trim() };
    const fit = decision === 'approved' ? (open: OpenApplication) => unfit(ctx, open) : undefined;
    const event = { type: 'review', on: today(ctx), decision, ...written } as const;
    return Promise.resolve(advance(ctx, receipt, event, (acted) => ({ type: 'review', receipt, decision, ...written, ...acted }), fit === undefined ? {} : { fit }));
  });

/** Hand-over (领取) of a card that was made; `file` is what is known of the permit. */
export function handOver(ctx: CounterContext, handed: Pick<HandOverRecord, 'permitNumber' | 'serial' | 'receivedBy' | 'oldCard'>, file: PermitFile | undefined): Promise<Outcome<Recorded>> {
  return attempt(() => {
    if (file !== undefined) {
      const next = applyEvent(file, { type: 'hand-over', on: today(ctx), oldCard: handed.oldCard }, city(ctx));
      if (!next.ok) return Promise.resolve(failed(next.code, next.detail));
    }
    return Promise.resolve(done(capture(ctx, (acted) => ({ type: 'hand-over', ...handed, ...acted }))));
  });
}

export type StatusChange = Pick<RevocationRecord, 'permitNumber' | 'status' | 'reason'> & { readonly approvedBy: string };

/** Loss, suspension, restoration, cancellation: two people; it takes effect on the platform, ahead of what waits. Without `file` (off-line) the platform decides. */
export function changeStatus(ctx: CounterContext, { approvedBy, ...change }: StatusChange, file: PermitFile | undefined): Promise<Outcome<Recorded>> {
  return attempt(() => {
    if (!checkPermitNumber(change.permitNumber).ok) return Promise.resolve(failed('PERMIT_UNKNOWN'));
    if (approvedBy.trim() === '' || approvedBy.trim() === ctx.by.trim()) return Promise.resolve(failed('APPROVAL_REQUIRED'));
    if (file !== undefined) {
      const next = applyEvent(file, { type: 'revocation', on: today(ctx), status: change.status, reason: change.reason }, city(ctx));
      if (!next.ok) return Promise.resolve(failed(next.code, next.detail));
    }
    return Promise.resolve(done(capture(ctx, ({ at }) => ({ type: 'revocation', ...change, requestedBy: ctx.by, approvedBy, at }))));
  });
}

/** A card that came back over the counter, by its serial or its permit. */
export const returnCard = (ctx: CounterContext, returned: Pick<CardReturnRecord, 'serial' | 'permitNumber' | 'reason' | 'terminated'>): Promise<Outcome<Recorded>> =>
  attempt(() => {
    if (returned.serial === undefined && returned.permitNumber === undefined) return Promise.resolve(failed('INPUT_INVALID', 'serial'));
    return Promise.resolve(done(capture(ctx, (acted) => ({ type: 'card-return', ...returned, ...acted }))));
  });

/** The fee of a replacement, with its receipt. INPUT_INVALID `fee`: this step is free, and nothing may be taken for it; PERMIT_UNKNOWN: no permit has this number. */
export const takeFee = (ctx: CounterContext, permitNumber: string, purpose: Purpose): Promise<Outcome<Recorded & { readonly receipt: string; readonly fen: number }>> =>
  attempt(() => {
    if (!checkPermitNumber(permitNumber).ok) return Promise.resolve(failed('PERMIT_UNKNOWN'));
    const fen = feeFor(`issue:${purpose}`, ctx.rules.fees);
    if (fen === 0) return Promise.resolve(failed('INPUT_INVALID', 'fee'));
    const receipt = slipNumber('F', today(ctx));
    return Promise.resolve(done({ receipt, fen, ...capture(ctx, (acted) => ({ type: 'fee', receipt, permitNumber, item: 'replacement', fen, ...acted })) }));
  });
