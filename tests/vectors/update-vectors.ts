import { SecureMessaging, chipSessionKeys, sharedSecret, type MutableFile } from '../../src/card/index.js';
import { SecureMessagingChannel } from '../../src/emulator/secure-messaging.js';
import { concat, decodeCommand, encodeCommand, encodeTlv } from '../../src/iso7816/index.js';
import { encodeEndorsement, encodeResidence, encodeServiceSlot, permitTyp } from '../../src/permit/index.js';
import { binding, chip, kcwt, residenceClaims } from './card-fixture.js';
import { chipInputs, exchange, secureMessagingCardEnd, type ExchangeVector } from './channel-vectors.js';
import { hex, signed, type VectorFile } from './shared.js';

/** One PUT DATA: the signed object, the exchange in extended form, and the same protected command as a chain of short ones. */
export interface UpdateVector {
  readonly target: MutableFile;
  readonly counter: number;
  readonly object: string;
  readonly exchange: ExchangeVector;
  readonly chain: readonly string[];
}

const tags = { residence: 0xc5, endorsements: 0xc6, services: 0xc7 } as const;
const objects: readonly (readonly [MutableFile, number, string, Uint8Array])[] = [
  [
    'endorsements', 1, permitTyp.endorsement,
    encodeEndorsement({ ...binding, endorsedOn: '2026-11-24', goodUntil: '2027-11-24', authority: '温州市公安局鹿城区分局', yearsCountFrom: '2026-11-24' }),
  ],
  ['residence', 2, permitTyp.residence, encodeResidence({ ...residenceClaims, counter: 2, address: '某某街 21 号', rentalHouse: 'LC-0002', since: '2026-11-20' })],
  ['services', 1, permitTyp.serviceSlot, encodeServiceSlot({ ...binding, department: 7, receipt: 'S-7-1', state: '已受理', asOf: '2026-11-24' })],
];

/** The parts of a chain: CLA bit 5 in all but the last, which carries the Le. */
const chainOf = (wrapped: Uint8Array): string[] => {
  const { cla, ins, p1, p2, data = new Uint8Array(0) } = decodeCommand(wrapped);
  const parts = Array.from({ length: Math.ceil(data.length / 255) }, (_, i) => data.slice(255 * i, 255 * (i + 1)));
  return parts.map((part, i) => hex(encodeCommand(i < parts.length - 1 ? { cla: cla | 0x10, ins, p1, p2, data: part } : { cla, ins, p1, p2, data: part, ne: 256 })));
};

export function updateVectors(): VectorFile {
  const shared = sharedSecret(chipInputs.ephemeral().privateKey, chip.point);
  if (shared === undefined) throw new Error('no shared secret');
  const { enc, mac } = chipSessionKeys(shared, chipInputs.nonce);
  const terminal = new SecureMessaging(enc, mac);
  const card = secureMessagingCardEnd(new SecureMessagingChannel({ enc, mac }));
  const put = (target: MutableFile, counter: number, object: Uint8Array, sw: number): UpdateVector => {
    const data = encodeTlv(tags[target], concat(encodeTlv(0x90, Uint8Array.of(0, 0, 0, counter)), encodeTlv(0x53, object)));
    const name = sw === 0x9000 ? `PUT DATA of ${target}` : `PUT DATA of ${target}, a counter that does not grow`;
    const one = exchange(terminal, card, { name, command: { cla: 0, ins: 0xdb, p1: 0x3f, p2: 0xff, data }, answer: { data: new Uint8Array(0), sw } });
    return { target, counter, object: hex(object), exchange: one, chain: chainOf(Uint8Array.from(Buffer.from(one.wrapped, 'hex'))) };
  };
  const vectors = objects.map(([name, counter, typ, payload]): readonly [MutableFile, number, Uint8Array] => [
    name, counter, Uint8Array.from(Buffer.from(signed({ name, typ, signer: 'terminal', kcwt, payload }).object, 'hex')),
  ]);
  const written = vectors.map(([target, counter, object]) => put(target, counter, object, 0x9000));
  const [first] = vectors;
  if (first === undefined) throw new Error('no object');
  return {
    title: 'Updates of an issued card under one secure channel',
    specification: 'card-updates.md 2; permit-application.md 4, 6',
    encKey: hex(enc),
    macKey: hex(mac),
    written,
    // Again with the counter of the first: the channel is closed by the answer.
    refused: put(first[0], first[1], first[2], 0x6985),
  };
}
