/**
 * Everything that a counter puts on paper, as data: what a caller knows, never how it looks. Where and by whom it was printed, and the time, the sheet adds itself out of the
 * service's state. Names and numbers stand on paper as they are given here: whole on what belongs to the holder, masked on what stays lying in the hall. Money in fen, days YYYY-MM-DD.
 */
import type { ApplicationLine, DayBooksShown, PaperCode, Paper, Purpose, RuleId, WorkflowOutcome } from '../../contract/index.js';

/** 受理回执: what was accepted and until when it is due; papers that are missing are on a slip of their own. */
export interface AcceptanceSlip {
  readonly document: 'acceptance';
  readonly receipt: string;
  readonly purpose: Purpose;
  readonly name: string;
  readonly acceptedOn: string;
  readonly dueOn: string;
  readonly feeFen: number;
  readonly missingPapers: readonly PaperCode[];
}

/** 一次性告知单: everything that is missing, told once (Order 663 Art. 9). */
export interface MissingPapersSlip {
  readonly document: 'missing-papers';
  /** absent: nothing was accepted yet */
  readonly receipt?: string | undefined;
  readonly purpose: Purpose;
  readonly name: string;
  readonly missingPapers: readonly PaperCode[];
  readonly toldOn: string;
}

/** 居住登记凭证: registered, without a card. */
export interface RegistrationVoucher {
  readonly document: 'registration';
  readonly voucher: string;
  readonly name: string;
  readonly idNumber: string;
  readonly address: string;
  readonly registeredOn: string;
}

/** 领取凭证: who took which card, with a line to sign. */
export interface HandOverReceipt {
  readonly document: 'hand-over';
  readonly receipt?: string | undefined;
  readonly permitNumber: string;
  readonly serialEnd: string;
  readonly name: string;
  readonly receivedBy: 'holder' | 'guardian' | 'agent';
  readonly oldCard: 'none' | 'returned' | 'lost';
  readonly pinSet: boolean;
  readonly handedOn: string;
}

export interface FeeReceipt {
  readonly document: 'fee';
  readonly receipt: string;
  readonly permitNumber: string;
  readonly purpose: Purpose;
  readonly fen: number;
  readonly takenOn: string;
}

/** 居住地址变更凭单 */
export interface MoveSlip {
  readonly document: 'move';
  readonly permitNumber: string;
  readonly name: string;
  readonly address: string;
  readonly employer?: string | undefined;
  readonly changedOn: string;
  /** told after the ten days */
  readonly late: boolean;
}

/** 签注凭单. `yearsCountFrom`: it was overdue, the years count anew from there. */
export interface EndorsementSlip {
  readonly document: 'endorsement';
  readonly permitNumber: string;
  readonly name: string;
  readonly endorsedOn: string;
  readonly goodUntil: string;
  readonly yearsCountFrom?: string | undefined;
}

/** 不予办理告知书: what was asked for, why not, by which rule, and what the applicant may do. */
export interface RefusalNotice {
  readonly document: 'refusal';
  readonly what: 'permit' | 'endorsement' | 'registration';
  /** receipt or permit number */
  readonly reference: string;
  readonly name: string;
  readonly reason: string;
  readonly rule?: RuleId | undefined;
  readonly refusedOn: string;
}

/** 日结报表. `counted`: what was found when the day was closed. */
export interface DayReport {
  readonly document: 'day-report';
  readonly books: DayBooksShown;
  readonly counted?: { readonly fen: number; readonly blanks: number } | undefined;
}

export interface StockReport {
  readonly document: 'stock-report';
  readonly day: string;
  readonly stock: WorkflowOutcome<'stock'>;
}

/** 制证清单: accepted and approved applications that are to be made. */
export interface MakingList {
  readonly document: 'making-list';
  readonly day: string;
  readonly lines: readonly ApplicationLine[];
}

/** 待领清单: cards that wait for their holders. */
export interface HandOverList {
  readonly document: 'hand-over-list';
  readonly day: string;
  readonly lines: readonly ApplicationLine[];
}

/** Both faces of the card: the ten fields of Order 663 Art. 4, number, CAN and the number as a QR code. */
export interface CardFace {
  readonly document: 'card-face';
  readonly permitNumber: string;
  readonly can: string;
  readonly kind: 'residence' | 'temporary';
  readonly name: string;
  /** GB/T 2261.1 */
  readonly sex: 0 | 1 | 2 | 9;
  /** as it is printed: 汉, 畲 */
  readonly ethnicGroup: string;
  readonly birth: string;
  readonly idNumber: string;
  /** JPEG, base64 */
  readonly photo: string;
  readonly registeredAddress: string;
  readonly residenceAddress: string;
  readonly issuer: string;
  readonly issued: string;
}

export type PrintDocument = AcceptanceSlip | MissingPapersSlip | RegistrationVoucher | HandOverReceipt | FeeReceipt | MoveSlip | EndorsementSlip | RefusalNotice | DayReport | StockReport | MakingList | HandOverList | CardFace;
export type DocumentKind = PrintDocument['document'];

/** What a document is printed on unless the caller says otherwise. */
export const paperOf: Readonly<Record<DocumentKind, Paper>> = {
  acceptance: 'roll-80',
  'missing-papers': 'a4',
  registration: 'a4',
  'hand-over': 'roll-80',
  fee: 'roll-80',
  move: 'roll-80',
  endorsement: 'roll-80',
  refusal: 'a4',
  'day-report': 'a4',
  'stock-report': 'a4',
  'making-list': 'a4',
  'hand-over-list': 'a4',
  'card-face': 'id-1',
};
