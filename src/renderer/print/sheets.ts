/** Which component draws which document. */
import type { Component } from 'vue';
import type { DocumentKind } from './documents.js';
import AcceptanceSlip from './sheets/acceptance-slip.vue';
import ApplicationList from './sheets/application-list.vue';
import CardFace from './sheets/card-face.vue';
import DayReport from './sheets/day-report.vue';
import EndorsementSlip from './sheets/endorsement-slip.vue';
import FeeReceipt from './sheets/fee-receipt.vue';
import HandOverReceipt from './sheets/hand-over-receipt.vue';
import MissingPapersSlip from './sheets/missing-papers-slip.vue';
import MoveSlip from './sheets/move-slip.vue';
import RefusalNotice from './sheets/refusal-notice.vue';
import RegistrationVoucher from './sheets/registration-voucher.vue';
import StockReport from './sheets/stock-report.vue';

export const sheets: Readonly<Record<DocumentKind, Component>> = {
  acceptance: AcceptanceSlip,
  'missing-papers': MissingPapersSlip,
  registration: RegistrationVoucher,
  'hand-over': HandOverReceipt,
  fee: FeeReceipt,
  move: MoveSlip,
  endorsement: EndorsementSlip,
  refusal: RefusalNotice,
  'day-report': DayReport,
  'stock-report': StockReport,
  'making-list': ApplicationList,
  'hand-over-list': ApplicationList,
  'card-face': CardFace,
};
