import type { VerdictResult } from '../../src/contract/index.js';
import type { JudgedCard } from './cards.js';

/** What an officer must read, see and hear of each card, written down by hand: not taken from the renderer's own tables. */
export interface ExpectedScreen {
  readonly result: VerdictResult;
  readonly word: { readonly zh: string; readonly en: string };
  /** of the sign: outline and what stands in it */
  readonly glyph: string;
  readonly action: { readonly zh: string; readonly en: string };
  /** the law's answer */
  readonly answer: { readonly zh: string; readonly en: string };
  /** of the five lines, those that did not pass */
  readonly notPassed: readonly string[];
  readonly tones: number;
  /** the chip proved itself and let the terminal read the holder */
  readonly photo: boolean;
}

const words = {
  valid: { zh: '有效', en: 'Valid' },
  suspended: { zh: '暂停使用', en: 'Suspended' },
  expired: { zh: '已过期', en: 'Expired' },
  revoked: { zh: '已注销', en: 'Revoked' },
  cloned: { zh: '疑似复制', en: 'Suspected clone' },
  forged: { zh: '疑似伪造', en: 'Suspected forgery' },
  'rolled-back': { zh: '疑似篡改', en: 'Tampered with' },
  unconfirmed: { zh: '尚未确认', en: 'Not confirmed' },
  undetermined: { zh: '无法确定', en: 'Undetermined' },
} as const satisfies Record<VerdictResult, { zh: string; en: string }>;

const none = { zh: '不能答复', en: 'None can be given' } as const;
const cancelled = { zh: '挂失·注销', en: 'Lost or cancelled' } as const;
const valid = { result: 'valid', word: words.valid, glyph: 'tick', action: { zh: '请将相片与本人比对。', en: 'Compare the photo with the person.' }, answer: { zh: '有效', en: 'Valid' }, notPassed: [], tones: 1, photo: true } as const;
const suspended = { result: 'suspended', word: words.suspended, glyph: 'bars', answer: { zh: '中止', en: 'Suspended' }, tones: 2, photo: true } as const;

export const expectedScreens: Readonly<Record<JudgedCard, ExpectedScreen>> = {
  valid,
  neighbour: valid,
  due: valid,
  overdue: { ...suspended, action: { zh: '请告知持证人到窗口补办签注。', en: 'Advise the holder to get the endorsement at a counter.' }, notPassed: ['dates'] },
  suspended: { ...suspended, action: { zh: '请向发证窗口查询暂停原因，再按规程处理。', en: 'Ask the issuing hall why it is suspended, then follow the procedure.' }, notPassed: ['status'] },
  expired: { result: 'expired', word: words.expired, glyph: 'hourglass', action: { zh: '请告知持证人到窗口重新办理。', en: 'Advise the holder to apply anew at a counter.' }, answer: cancelled, notPassed: ['dates'], tones: 2, photo: true },
  revoked: { result: 'revoked', word: words.revoked, glyph: 'cross', action: { zh: '请按规程处理此卡并登记。', en: 'Follow the procedure for a revoked card and note what was done.' }, answer: cancelled, notPassed: ['status'], tones: 3, photo: true },
  cloned: { result: 'cloned', word: words.cloned, glyph: 'copies', action: { zh: '请按规程核查，留存此卡并上报。', en: 'Follow the procedure: keep this card and report it.' }, answer: none, notPassed: ['chip', 'counters'], tones: 3, photo: false },
  forged: {
    result: 'forged', word: words.forged, glyph: 'fake', action: { zh: '请按规程核查，依法收缴此卡并上报。', en: 'Follow the procedure: seize this card as the law says and report it.' },
    answer: none, notPassed: ['signature', 'chip', 'status', 'dates', 'counters'], tones: 3, photo: false,
  },
  'rolled-back': { result: 'rolled-back', word: words['rolled-back'], glyph: 'back', action: { zh: '请按规程核查，收下此卡并上报。', en: 'Follow the procedure: take this card in and report it.' }, answer: none, notPassed: ['counters'], tones: 3, photo: true },
  unconfirmed: { result: 'unconfirmed', word: words.unconfirmed, glyph: 'dots', action: { zh: '请电话向平台核实，或联网后再验。', en: 'Ask the platform by phone, or check again on-line.' }, answer: none, notPassed: ['status'], tones: 2, photo: true },
  silent: {
    result: 'undetermined', word: words.undetermined, glyph: 'question', action: { zh: '请擦净重放，或按 F6 以证号查询。', en: 'Wipe the card and present it again, or press F6 to check by number.' },
    answer: none, notPassed: ['chip', 'counters'], tones: 2, photo: false,
  },
};
/** Of a card that is sound, at a terminal whose list is older than the police may take for fresh. */
export const staleList: ExpectedScreen = {
  result: 'undetermined', word: words.undetermined, glyph: 'question', action: { zh: '请按 F5 更新名单，或电话核查。', en: 'Press F5 to update the list, or check by phone.' },
  answer: none, notPassed: ['status'], tones: 2, photo: true,
};
