import { concat, encodeTlv, type CommandApdu } from '../../src/iso7816/index.js';
import { signatureKey, streamCounters } from './card-fixture.js';
import { chipInputKeys, exchangesUnderKeys, type ExchangeVector, type Step } from './channel-vectors.js';
import { references } from './cvc-objects.js';
import { signDeterministic } from './ecdsa-rfc6979.js';
import { bytes, hex, noon, sha256, type VectorFile } from './shared.js';

/** Exchanges after terminal authentication, which is left out: each session begins its counters anew. `pin`: as DO 95 of C9 tells it before. */
export interface AccessSession {
  readonly name: string;
  readonly rights: readonly string[];
  readonly pin: 'unset' | number;
  readonly exchanges: readonly ExchangeVector[];
  /** Whether the last answer ended the session. */
  readonly ended: boolean;
}

/** A record of EF.AccessLog beside what it says. */
export interface LogVector {
  readonly record: string;
  readonly entry: {
    readonly sequence: number;
    readonly cardDate: string;
    readonly rights: readonly string[];
    readonly claimedTime: number;
    readonly purpose: number;
    readonly holderReference: string;
  };
}

const ascii = (text: string): Uint8Array => new TextEncoder().encode(text);
const pin = ascii('274951');
const nextPin = ascii('600283');
const wrongPin = ascii('274950');
const can = ascii(streamCounters.can);
const message = ascii('wz card-present signature');

const step = (name: string, sw: number, command: Omit<CommandApdu, 'cla'>, answer: Uint8Array = new Uint8Array(0)): Step => ({ name, command: { cla: 0, ...command }, answer: { data: answer, sw } });
const verify = (name: string, data: Uint8Array, sw: number): Step => step(`VERIFY, ${name}`, sw, { ins: 0x20, p1: 0, p2: 1, data });
const state = (sw: number): Step => step('VERIFY without data', sw, { ins: 0x20, p1: 0, p2: 1 });
const set = (name: string, sw: number): Step => step(`CHANGE REFERENCE DATA, ${name}`, sw, { ins: 0x24, p1: 1, p2: 1, data: pin });
const change = (name: string, old: Uint8Array, sw: number): Step => step(`CHANGE REFERENCE DATA, ${name}`, sw, { ins: 0x24, p1: 0, p2: 1, data: concat(old, nextPin) });
const reset = (sw: number): Step => step('RESET RETRY COUNTER', sw, { ins: 0x2c, p1: 3, p2: 1 });
const checkCan = (right: boolean): Step => step(right ? 'VERIFY of the CAN' : 'VERIFY of the CAN, a wrong one', right ? 0x9000 : 0x6300, { ins: 0x20, p1: 0, p2: 2, data: right ? can : ascii('205714') });
const sign = (sw: number): Step =>
  step('INTERNAL AUTHENTICATE', sw, { ins: 0x88, p1: 0, p2: 0, data: sha256(message), ne: 64 }, sw === 0x9000 ? signDeterministic(signatureKey.privateKey, message) : undefined);

const logOf = (entry: LogVector['entry'], rights: number): LogVector => {
  const { sequence, cardDate, claimedTime, purpose, holderReference } = entry;
  const word = (n: number): Uint8Array => bytes(n.toString(16).padStart(8, '0'));
  const record = concat(word(sequence), bytes(cardDate.slice(2).replaceAll('-', '')), Uint8Array.of(rights), word(claimedTime), Uint8Array.of(purpose), new Uint8Array(Buffer.from(holderReference, 'latin1')));
  return { record: hex(record), entry };
};
/** Newest first; 34 terminals came by, of which the two oldest have gone. */
const records: readonly LogVector[] = [
  logOf({ sequence: 34, cardDate: '2026-11-24', rights: ['inspect', 'kiosk', 'endorse', 'service', 'manage'], claimedTime: noon, purpose: 4, holderReference: references.terminal }, 0x1f),
  logOf({ sequence: 33, cardDate: '2026-11-24', rights: ['inspect'], claimedTime: 0xffff_ffff, purpose: 1, holderReference: 'CNT-00000200017' }, 0x01),
  logOf({ sequence: 32, cardDate: '2026-02-28', rights: [], claimedTime: 0, purpose: 255, holderReference: 'CNA1' + '00001' }, 0x00),
  ...Array.from({ length: 29 }, (_, i) => logOf({ sequence: 31 - i, cardDate: '2026-02-28', rights: ['kiosk'], claimedTime: noon, purpose: 3, holderReference: 'CNKIOSK99900001' }, 0x02)),
];
const contentOf = (list: readonly Uint8Array[]): Uint8Array => concat(...list.map((record) => encodeTlv(0x53, record)));
const [newest, second] = records.map(({ record }) => bytes(record)) as [Uint8Array, Uint8Array];
const withByte = (at: number, value: number): Uint8Array => newest.map((byte, i) => (i === at ? value : byte));
const malformed: readonly (readonly [string, Uint8Array])[] = [
  ['a day that does not exist', contentOf([withByte(6, 0x31)])],
  ['a date that is not BCD', contentOf([withByte(6, 0x2a)])],
  ['a right that nobody knows', contentOf([withByte(7, 0x20)])],
  ['a control character in the reference', contentOf([withByte(14, 0x0a)])],
  ['a reference of another country', contentOf([withByte(13, 0x44)])],
  ['no reference', contentOf([newest.slice(0, 13)])],
  ['a reference of 17 bytes', contentOf([concat(newest, ascii('00'))])],
  ['sequence 0', contentOf([concat(new Uint8Array(4), newest.slice(4))])],
  ['the oldest first', contentOf([second, newest])],
  ['a record twice', contentOf([newest, newest])],
  ['33 records', contentOf(Array.from({ length: 33 }, (_, i) => concat(newest.slice(0, 3), Uint8Array.of(100 - i), newest.slice(4))))],
  ['an empty record', contentOf([new Uint8Array(0)])],
  ['a record of another tag', encodeTlv(0x54, newest)],
  ['padding behind', concat(contentOf([newest]), Uint8Array.of(0))],
  ['cut short', contentOf([newest]).slice(0, -1)],
];

const session = (name: string, rights: readonly string[], before: 'unset' | number, steps: readonly Step[], ended = false): AccessSession => ({
  name,
  rights,
  pin: before,
  exchanges: exchangesUnderKeys(steps),
  ended,
});
const content = contentOf(records.map(({ record }) => bytes(record)));

export function accessVectors(): VectorFile {
  const { enc, mac } = chipInputKeys();
  return {
    title: "The holder's PIN, the card access number, the card-present signature, the log, the end of a card",
    specification: 'access.md 2 to 6',
    encKey: hex(enc),
    macKey: hex(mac),
    pins: { pin: hex(pin), next: hex(nextPin), wrong: hex(wrongPin), can: hex(can) },
    signature: { privateKey: hex(signatureKey.privateKey), point: hex(signatureKey.point), message: hex(message), digest: hex(sha256(message)) },
    sessions: [
      session('set, verify, change', ['manage'], 'unset', [set('unset', 0x9000), verify('right', pin, 0x9000), state(0x9000), change('right', pin, 0x9000), verify('the one before', pin, 0x63c2), state(0x63c2), verify('new', nextPin, 0x9000)]),
      session('wrong, until no try is left', ['kiosk'], 3, [verify('wrong', wrongPin, 0x63c2), change('wrong', wrongPin, 0x63c1), verify('wrong', wrongPin, 0x63c0), verify('right, too late', pin, 0x6983)], true),
      session('unset', ['kiosk'], 'unset', [verify('unset', pin, 0x6984)], true),
      session('set twice', ['manage'], 3, [set('set already', 0x6985)], true),
      session('reset and set', ['manage'], 0, [reset(0x9000), set('unset', 0x9000)]),
      session('reset without the right', ['kiosk'], 0, [reset(0x6982)], true),
      session('a PIN that is none', ['kiosk'], 3, [verify('a letter', ascii('27495A'), 0x6a80)], true),
      session('CAN', ['manage'], 'unset', [checkCan(false), checkCan(false), checkCan(false), checkCan(false), checkCan(true)]),
      session('five wrong CANs', ['manage'], 'unset', Array.from({ length: 5 }, () => checkCan(false)), true),
      session('card-present signature, once for each verification', ['kiosk'], 3, [verify('right', pin, 0x9000), sign(0x9000), sign(0x6982)], true),
      session('log', ['manage'], 'unset', [step('GET DATA of the access log', 0x9000, { ins: 0xcb, p1: 0x3f, p2: 0xff, data: bytes('5c01ca'), ne: 4_319 }, encodeTlv(0xca, content))]),
      session('end of the card', ['manage'], 'unset', [step('TERMINATE DF', 0x9000, { ins: 0xe6, p1: 0, p2: 0 })], true),
    ],
    log: { records, content: hex(content) },
    malformedLogs: malformed.map(([name, log]) => ({ name, content: hex(log) })),
  };
}
