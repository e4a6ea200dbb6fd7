/** One document of every kind, about nobody: names, numbers and addresses are invented. Those of a card also at their longest and with characters that few fonts have. */
import type { PrintDocument } from '../../../src/renderer/print/documents.js';
import { photo } from './photo.js';

const number = '330302202610000017';
const line = { receipt: 'A-2026-000123', purpose: 'first', state: 'approved', maskedName: '欧阳*', acceptedOn: '2026-11-20', dueOn: '2026-12-05', daysLeft: 11, missingPapers: [] as string[], photo: true, feeFen: 0, permitNumber: number } as const;

const face = {
  document: 'card-face', permitNumber: number, can: '204817', kind: 'residence', name: '欧阳明轩', sex: 1, ethnicGroup: '畲', birth: '1990-03-07', idNumber: '330324199003070011', photo,
  registeredAddress: '江西省上饶市样例县样例镇样例村12号', residenceAddress: '浙江省温州市鹿城区样例街道样例路88号3幢2单元401室', issuer: '温州市公安局鹿城区分局', issued: '2026-11-24',
} as const satisfies PrintDocument;

export const samples = {
  acceptance: { document: 'acceptance', receipt: 'A-2026-000123', purpose: 'first', name: '欧阳明轩', acceptedOn: '2026-11-24', dueOn: '2026-12-09', feeFen: 0, missingPapers: ['photo'] },
  'missing-papers': { document: 'missing-papers', receipt: 'A-2026-000123', purpose: 'first', name: '欧阳明轩', missingPapers: ['photo', 'proof-of-residence', 'agent-authority'], toldOn: '2026-11-24' },
  registration: { document: 'registration', voucher: 'R-2026-000045', name: '欧阳明轩', idNumber: face.idNumber, address: face.residenceAddress, registeredOn: '2026-11-24' },
  'hand-over': { document: 'hand-over', receipt: 'A-2026-000123', permitNumber: number, serialEnd: '5678', name: '欧阳明轩', receivedBy: 'holder', oldCard: 'returned', pinSet: true, handedOn: '2026-11-24' },
  fee: { document: 'fee', receipt: 'F-2026-000007', permitNumber: number, purpose: 'damaged', fen: 2_000, takenOn: '2026-11-24' },
  move: { document: 'move', permitNumber: number, name: '欧阳明轩', address: face.residenceAddress, employer: '样例鞋业有限公司', changedOn: '2026-11-10', late: true },
  endorsement: { document: 'endorsement', permitNumber: number, name: '欧阳明轩', endorsedOn: '2026-11-24', goodUntil: '2027-11-24', yearsCountFrom: '2026-11-24' },
  refusal: { document: 'refusal', what: 'permit', reference: 'A-2026-000123', name: '欧阳明轩', reason: '居住登记未满半年。', rule: 'residence-2016', refusedOn: '2026-11-24' },
  'day-report': {
    document: 'day-report',
    books: { day: '2026-11-24', fees: { count: 3, fen: 6_000 }, blanks: { opening: 120, received: 50, issued: 31, spoiled: 1, expected: 138 }, handedOver: 28, endorsed: 12, moved: 5, returned: 3 },
    counted: { fen: 5_000, blanks: 138 },
  },
  'stock-report': {
    document: 'stock-report', day: '2026-11-24',
    stock: { blanks: 138, torn: [{ serial: '00112233445566775678', serialEnd: '5678', maskedName: '欧阳*', at: 'write', tries: 2 }], numbers: [{ division: '330302', county: '鹿城区', year: 2026, kind: 'residence', left: 412 }, { division: '330302', county: '鹿城区', year: 2026, kind: 'temporary', left: 97 }] },
  },
  'making-list': { document: 'making-list', day: '2026-11-24', lines: Array.from({ length: 60 }, (_, i) => ({ ...line, receipt: `A-2026-${String(i + 100).padStart(6, '0')}` })) },
  'hand-over-list': { document: 'hand-over-list', day: '2026-11-24', lines: [{ ...line, state: 'made' }] },
  'card-face': face,
  'card-face-long': {
    ...face,
    kind: 'temporary',
    name: '阿卜杜热西提·麦麦提吐尔逊·阿布都克里木·乌斯曼江·亚森江·买买提依明·托合提',
    registeredAddress: `新疆维吾尔自治区克孜勒苏柯尔克孜自治州样例市样例街道样例社区${'样例路一百二十三号院'.repeat(6)}12幢3单元1502室`.slice(0, 100),
    residenceAddress: `浙江省温州市鹿城区样例街道样例社区${'样例工业园区职工宿舍'.repeat(8)}12幢3单元1502室`.slice(0, 100),
  },
  // U+4DAE and U+9FA6 are in fonts of today; U+2FFFF is no character at all.
  'card-face-rare': { ...face, name: '李䶮\u{20BB7}' },
  'card-face-missing': { ...face, name: '李\u{3FFFD}' },
} as const satisfies Readonly<Record<string, PrintDocument>>;
export type SampleName = keyof typeof samples;
