import { z } from 'zod';
import { applicationForm, formDraft, formStep, paperCode, purpose } from './application-form.js';
import { holderShown } from './check.js';
import { failureCodes, type FailureCode } from './failures.js';
import { application, fullDate } from './resident.js';
import { ruleIds, type RuleId } from './rule-texts.js';
import { permitFacts } from './sync.js';
import { verdict } from './verdict.js';

/** What a clerk does: the workflows of counter mode. Every one asks for a session with the right to it (SIGN_IN_REQUIRED, ROLE_REQUIRED). */

const code = z.enum(failureCodes as [FailureCode, ...FailureCode[]]);
const time = z.int().describe('seconds since 1970 UTC');
const permitNumber = z.string().regex(/^\d{18}$/);
const serial = z.string().regex(/^[0-9a-f]{20}$/);
const receipt = z.string().min(1).max(40);
const reader = z.string().max(200).optional();
const photo = z.base64().max(16_000);
const reason = z.string().trim().min(1).max(200);
const nothing = z.strictObject({});
const count = z.int().nonnegative();
/** first character and asterisks */
const maskedName = z.string();

/** The rule that says so: rule-texts.ts. */
const rule = z.enum(ruleIds as [RuleId, ...RuleId[]]);

/** A case that waits for somebody. `issue-overdue`, `endorsement-overdue`, `card-to-hand-over` and the like: `permit/open-tasks.ts` and what the terminal itself began. */
export const counterTask = z.strictObject({
  task: z.enum(['missing-papers', 'to-review', 'to-make', 'issue-overdue', 'to-hand-over']),
  receipt: receipt.optional(),
  draft: z.uuid().optional(),
  permitNumber: permitNumber.optional(),
  maskedName,
  due: fullDate.optional(),
  daysLeft: z.int().optional(),
});
export type CounterTask = z.infer<typeof counterTask>;

export const draftLine = z.strictObject({ id: z.uuid(), purpose, step: formStep, maskedName, idEnd: z.string().describe('last four characters of the ID number'), savedAt: time, receipt: receipt.optional() });
export type DraftLine = z.infer<typeof draftLine>;

/** A half-written card. `at`: the step of its making where it stands, as far as the journal knows; `tries`: how often it was begun or gone on with. */
export const tornCard = z.strictObject({ serial, serialEnd: z.string(), maskedName, at: z.enum(['prepare', 'write']), tries: count });
export type TornCard = z.infer<typeof tornCard>;

/** A person or permit that this terminal knows of. Nothing of the platform's registry is in it. */
export const foundCase = z.strictObject({
  kind: z.enum(['draft', 'application', 'record']),
  maskedName,
  idEnd: z.string(),
  reference: z.string().describe('permit number, receipt or id of the draft'),
  draft: z.uuid().optional(),
  receipt: receipt.optional(),
  permitNumber: permitNumber.optional(),
  /** step of a draft, state of an application, type of a record */
  what: z.string(),
  at: time,
});
export type FoundCase = z.infer<typeof foundCase>;

export const formIssue = z.strictObject({ field: z.string().describe('path in the form: `idNumber`, `guardian.name`, `photo`'), code });
export type FormIssue = z.infer<typeof formIssue>;

/** A kind of permit as it could be given on a day, with the rule; or why not. */
export const permitOffer = z.strictObject({
  kind: z.enum(['residence', 'temporary']),
  stayMonths: z.int().optional(),
  possible: z.boolean(),
  /** why not */
  refused: z.strictObject({ code, detail: z.string() }).optional(),
  issued: fullDate.optional(),
  expires: fullDate.optional(),
  endorsementDue: fullDate.optional(),
  rule,
});
export type PermitOffer = z.infer<typeof permitOffer>;

/** A permit of the same person. */
export const duplicate = z.strictObject({
  from: z.enum(['platform', 'terminal']),
  maskedName,
  birth: z.string(),
  idEnd: z.string(),
  permitNumber: permitNumber.optional(),
  state: z.string().describe('of permit/life-cycle-table.ts, or `draft`'),
  kind: z.enum(['residence', 'temporary']).optional(),
  issuedOn: fullDate.optional(),
  goodUntil: fullDate.optional(),
  division: z.string().optional(),
  receipt: receipt.optional(),
  draft: z.uuid().optional(),
});
export type Duplicate = z.infer<typeof duplicate>;

/** What a card on the desk permits, or why it does not. */
export const deskActions = ['endorse', 'refuse-endorsement', 'move', 'replace-damaged', 'replace-lost', 'report-lost', 'found', 'suspend', 'restore', 'correct', 'reset-pin', 'set-pin', 'change-pin', 'match-body', 'return', 'seize', 'cancel', 'exchange', 'hand-over', 'resume'] as const;
export const deskAction = z.strictObject({
  action: z.enum(deskActions),
  allowed: z.boolean(),
  refused: z.strictObject({ code, detail: z.string().optional() }).optional(),
  rule,
  feeFen: count,
  /** two people */
  approval: z.boolean(),
});
export type DeskAction = z.infer<typeof deskAction>;

/** A card that lies there, read by the counter's right: state, dates, holder, and only what this state permits. Kept nowhere. */
export const deskCard = z.strictObject({
  permitNumber: z.string(),
  serial: z.string(),
  verdict,
  holder: holderShown.extend({ idNumber: z.string(), ethnicGroup: z.int(), registeredAddress: z.string() }).optional(),
  /** why nothing of the holder was opened although the card proved itself */
  closed: code.optional(),
  residence: z.strictObject({ division: z.string(), address: z.string(), rentalHouse: z.string().optional(), employer: z.string().optional(), since: z.string() }).optional(),
  dates: z.strictObject({ issued: fullDate, goodUntil: fullDate.optional(), expires: fullDate.optional(), windowOpens: fullDate.optional(), due: fullDate.optional() }).optional(),
  kind: z.enum(['residence', 'temporary']).optional(),
  pin: z.enum(['set', 'unset', 'blocked', 'unknown']),
  facts: permitFacts.optional().describe('absent: the platform could not be asked'),
  /** as `permit/life-cycle-table.ts` calls it */
  state: z.string(),
  actions: z.array(deskAction),
});
export type DeskCard = z.infer<typeof deskCard>;

export const applicationLine = z.strictObject({
  receipt,
  purpose,
  state: z.enum(['accepted', 'approved', 'made']),
  maskedName,
  acceptedOn: fullDate,
  dueOn: fullDate,
  daysLeft: z.int(),
  missingPapers: z.array(z.string()),
  photo: z.boolean(),
  feeFen: count,
  permitNumber: permitNumber.optional(),
});
export type ApplicationLine = z.infer<typeof applicationLine>;

export const queueLine = z.strictObject({ seq: z.int(), type: z.string(), reference: z.string(), maskedName, by: z.string(), at: time });
export type QueueLine = z.infer<typeof queueLine>;
/** `reference`: as in the line of the record, as long as this terminal keeps that */
export const quarantinedLine = z.strictObject({ epoch: z.int(), seq: z.int(), type: z.string(), code: z.string(), reportedAt: time, reference: z.string().optional() });
export type QuarantinedLine = z.infer<typeof quarantinedLine>;

export const dayBooks = z.strictObject({
  day: fullDate,
  fees: z.strictObject({ count, fen: count }),
  blanks: z.strictObject({ opening: count, received: count, issued: count, spoiled: count, expected: z.int() }),
  handedOver: count,
  endorsed: count,
  moved: count,
  returned: count,
  /** the last day that was closed */
  closedOn: fullDate.optional(),
});
export type DayBooksShown = z.infer<typeof dayBooks>;

/** `issuedOn`: as the card says; another card of a permit keeps its day, and one that was torn says the day on which it was begun */
const issued = z.strictObject({ permitNumber, serial, can: z.string(), issuedOn: fullDate.optional(), seq: z.int(), resumed: z.boolean() });
const moved = z.strictObject({ division: z.string().regex(/^\d{12}$/), address: z.string().min(1).max(100), rentalHouse: z.string().max(40).optional(), employer: z.string().max(60).optional(), since: fullDate.optional().describe('where only the workplace changed: the day that stands on the card; else that of the change') });

export const counterWorkflows = {
  /** What the home screen tells; asked again after every change of the state. */
  'counter-home': {
    input: {},
    outcome: z.strictObject({ books: dayBooks, drafts: z.array(draftLine), torn: z.array(tornCard), tasks: z.array(counterTask), making: z.enum(['spot', 'batch']) }),
  },
  /** name, ID number (whole or its end), permit number or receipt; local cases, newest first, 50 at most */
  search: { input: { text: z.string().trim().max(60) }, outcome: z.strictObject({ cases: z.array(foundCase), more: z.boolean() }) },

  /** One file a form: written whole at each change. `savedAt` of the answer is what stands on the disk. */
  'draft-save': { input: { draft: formDraft }, outcome: z.strictObject({ savedAt: time }) },
  'draft-open': { input: { id: z.uuid() }, outcome: formDraft },
  'draft-delete': { input: { id: z.uuid() }, outcome: nothing },
  /** What is wrong with a form, what it may become, which papers it needs. Pure rules: nothing is asked of anybody. */
  'form-check': {
    input: { form: applicationForm, purpose, hasPhoto: z.boolean() },
    outcome: z.strictObject({
      issues: z.array(formIssue),
      /** whole and sound: what would be accepted */
      application: application.optional(),
      offers: z.array(permitOffer),
      papers: z.array(z.strictObject({ code: paperCode, shown: z.boolean(), rule })),
      missingPapers: z.array(paperCode),
      /** read out of the ID number; `authority`: of the address, whose name the permit bears */
      derived: z.strictObject({ birth: fullDate.optional(), sex: z.union([z.literal(1), z.literal(2)]).optional(), county: z.string().optional(), age: z.int().optional(), guardian: z.boolean(), authority: z.string().optional() }),
      /** newest of the city, absent where none was pulled */
      notice: z.strictObject({ id: z.string(), version: z.int(), zh: z.string(), en: z.string() }).optional(),
      dueOn: fullDate,
      feeFen: count,
    }),
  },
  /** This terminal's drafts, applications and records, then the platform. `platform`: why its word is missing. The asking is logged there with who asks. */
  'find-duplicates': { input: { idNumber: z.string().max(18), exceptDraft: z.uuid().optional() }, outcome: z.strictObject({ duplicates: z.array(duplicate), platform: z.union([z.literal('asked'), code]) }) },
  /** by characters, pinyin (whole, initials) or the beginning of the code; nine or twelve digits */
  'find-divisions': { input: { text: z.string().trim().max(40) }, outcome: z.strictObject({ divisions: z.array(z.strictObject({ code: z.string(), name: z.string(), county: z.string(), pinyin: z.string() })) }) },

  /** A registration without a card: the voucher (登记凭证). */
  register: { input: { application }, outcome: z.strictObject({ voucher: receipt }) },
  /** `draft`: what it stood in; it keeps the receipt. Missing papers are told once, completely. `distinctReason` stands in the record, for audit. */
  accept: {
    input: { application, purpose, permitNumber: permitNumber.optional(), missingPapers: z.array(paperCode), photo: photo.optional(), draft: z.uuid().optional(), distinctReason: reason.optional() },
    outcome: z.strictObject({ receipt, dueOn: fullDate, missingPapers: z.array(paperCode), feeFen: count }),
  },
  applications: { input: {}, outcome: z.strictObject({ lines: z.array(applicationLine), making: z.enum(['spot', 'batch']) }) },
  application: { input: { receipt }, outcome: z.strictObject({ line: applicationLine, application, photo: photo.optional() }) },
  supplement: { input: { receipt, missingPapers: z.array(paperCode), photo: photo.optional() }, outcome: z.strictObject({ missingPapers: z.array(paperCode) }) },
  review: { input: { receipt, decision: z.enum(['approved', 'refused']), reason: reason.optional() }, outcome: nothing },
  /** An accepted application onto the blank that lies there: a first card, or another card of a permit (its facts are asked of the platform). Where the hall makes on the spot the review is part of it. A
   *  correction asks `approval`. Steps as in `issue`. `draft` keeps what was issued. */
  make: { input: { receipt, reader, draft: z.uuid().optional() }, outcome: issued },
  /** The torn card that lies there is finished. */
  resume: { input: { reader }, outcome: issued },
  spoil: { input: { serial, reason }, outcome: nothing },
  /** Number and CAN as printed on the body that lies there against its chip. */
  'match-body': { input: { permitNumber, can: z.string().regex(/^\d{6}$/), reader }, outcome: nothing },
  /** The holder sets the PIN of the card that lies there on the holder's keypad; ends when the card has it. KEYPAD_MISSING: none is open. `permitNumber`: whose card is meant (CARD_OTHER_PERMIT: another lies there now). */
  'set-pin': { input: { permitNumber: permitNumber.optional(), reader, draft: z.uuid().optional() }, outcome: nothing },
  'change-pin': { input: { permitNumber: permitNumber.optional(), reader }, outcome: nothing },
  /** A forgotten or blocked PIN becomes unset. */
  'reset-pin': { input: { permitNumber: permitNumber.optional(), reader }, outcome: nothing },
  'hand-over': { input: { permitNumber, serial, receivedBy: z.enum(['holder', 'guardian', 'agent']), oldCard: z.enum(['none', 'returned', 'lost']), draft: z.uuid().optional() }, outcome: nothing },

  /** Reads the card that lies there and says what may be done with it. */
  'card-desk': { input: { reader }, outcome: deskCard },
  /** The same of a permit whose card is not there (lost): by its number. */
  'permit-desk': { input: { permitNumber }, outcome: z.strictObject({ permitNumber, source: z.enum(['platform', 'lists']), facts: permitFacts.optional(), state: z.string(), actions: z.array(deskAction) }) },
  endorse: { input: { permitNumber, reader }, outcome: z.strictObject({ goodUntil: fullDate, yearsCountFrom: fullDate.optional() }) },
  'refuse-endorsement': { input: { permitNumber, reason }, outcome: nothing },
  move: { input: { permitNumber, residence: moved, changedOn: fullDate, reader }, outcome: z.strictObject({ late: z.boolean() }) },
  /** Asks `approval`. A card that was reported lost and is found again is never accepted: `return-card` `found` takes it in. */
  'change-status': { input: { permitNumber, change: z.enum(['report-lost', 'suspend', 'restore', 'cancel']), reason: z.enum(['left', 'died', 'became-local', 'fraud', 'not-qualified', 'departed', 'expired']).optional() }, outcome: nothing },
  /** `end`: the chip of the card that lies there is ended too */
  'return-card': { input: { permitNumber: permitNumber.optional(), serial: serial.optional(), reason: z.enum(['replaced', 'cancelled', 'found', 'seized', 'correction']), end: z.boolean(), reader }, outcome: z.strictObject({ ended: z.boolean() }) },
  /** Finishes what was begun on the issued card that lies there. */
  'resume-update': { input: { reader }, outcome: z.strictObject({ how: z.enum(['finished', 'undone', 'nothing']) }) },
  'take-fee': { input: { permitNumber, purpose }, outcome: z.strictObject({ receipt, fen: count }) },

  queue: { input: {}, outcome: z.strictObject({ pending: count, oldestAt: time.nullable(), lines: z.array(queueLine), more: z.boolean(), quarantined: z.array(quarantinedLine), lastSyncAt: time.nullable(), lastFailure: code.nullable() }) },
  stock: {
    input: {},
    outcome: z.strictObject({
      blanks: count.describe('whose keys lie here'),
      torn: z.array(tornCard),
      /** what runs out first stands first */
      numbers: z.array(z.strictObject({ division: z.string(), county: z.string(), year: z.int(), kind: z.enum(['residence', 'temporary']), left: count })),
    }),
  },
  books: { input: {}, outcome: dayBooks },
  /** Money (fen) and blanks that were counted. A difference asks `approval` and is recorded as it is. */
  'close-day': { input: { fen: count, blanks: count }, outcome: z.strictObject({ day: fullDate, differs: z.boolean() }) },
  /** of today, newest first */
  'own-records': { input: {}, outcome: z.strictObject({ lines: z.array(queueLine) }) },
} as const satisfies Record<string, { readonly input: z.ZodRawShape; readonly outcome: z.ZodType }>;
