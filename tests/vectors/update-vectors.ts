import type { UpdateTarget } from '../../src/card/index.js';
import { concat, encodeTlv } from '../../src/iso7816/index.js';
import { encodeEndorsement, encodeResidence, encodeServiceSlot, permitTyp } from '../../src/permit/index.js';
import { binding, kcwt, residenceClaims } from './card-fixture.js';
import { chipInputKeys, exchangesUnderKeys, shortParts, type ExchangeVector, type Step } from './channel-vectors.js';
import { bytes, hex, signed, type VectorFile } from './shared.js';

/** One PUT DATA: the signed object, the exchange in extended form, and the same protected command as a chain of short ones. */
export interface UpdateVector {
  readonly target: UpdateTarget;
  readonly counter: number;
  readonly object: string;
  readonly exchange: ExchangeVector;
  readonly chain: readonly string[];
}

interface Write {
  readonly target: UpdateTarget;
  readonly counter: number;
  readonly object: Uint8Array;
}

const tags = { residence: 0xc5, endorsements: 0xc6, services: 0xc7 } as const;
const department = 7;
const slot = { ...binding, department, receipt: 'S-7-1', state: '已受理', asOf: '2026-11-24' };
const object = (name: string, typ: string, payload: Uint8Array): Uint8Array => bytes(signed({ name, typ, signer: 'terminal', kcwt, payload }).object);

const endorsement: Write = {
  target: { file: 'endorsements' },
  counter: 1,
  object: object(
    'endorsements', permitTyp.endorsement,
    encodeEndorsement({ ...binding, endorsedOn: '2026-11-24', goodUntil: '2027-11-24', authority: '温州市公安局鹿城区分局', yearsCountFrom: '2026-11-24' }),
  ),
};
const residence: Write = {
  target: { file: 'residence' },
  counter: 2,
  object: object('residence', permitTyp.residence, encodeResidence({ ...residenceClaims, counter: 2, address: '某某街 21 号', rentalHouse: 'LC-0002', since: '2026-11-20' })),
};
const services: Write = { target: { file: 'services', department }, counter: 1, object: object('services', permitTyp.serviceSlot, encodeServiceSlot(slot)) };

const stepOf = ({ target, counter, object: content }: Write, name: string, sw: number): Step => {
  const named = target.file === 'services' ? encodeTlv(0x91, Uint8Array.of(target.department >> 8, target.department & 255)) : new Uint8Array(0);
  const data = encodeTlv(tags[target.file], concat(named, encodeTlv(0x90, Uint8Array.of(0, 0, 0, counter)), encodeTlv(0x53, content)));
  return { name, command: { cla: 0, ins: 0xdb, p1: 0x3f, p2: 0xff, data }, answer: { data: new Uint8Array(0), sw } };
};
const vectorOf = (write: Write, exchange: ExchangeVector | undefined): UpdateVector => {
  if (exchange === undefined) throw new Error('no exchange');
  return { target: write.target, counter: write.counter, object: hex(write.object), exchange, chain: shortParts(bytes(exchange.wrapped)) };
};

/** What card-updates.md 2 reads back, after all three were written by extended APDUs. */
const status = bytes('c922 900400000002 910400000001 920400000001 9303261124 9406 000700000001 9501ff');
const getData = (name: string, tagList: string, data: Uint8Array): Step => ({
  name,
  command: { cla: 0, ins: 0xcb, p1: 0x3f, p2: 0xff, data: bytes(tagList), ne: 4_319 },
  answer: { data, sw: 0x9000 },
});
const readBack: readonly Step[] = [
  getData('GET DATA of the newest endorsement and the status', '5c02c6c9', concat(encodeTlv(0xc6, endorsement.object), status)),
  getData('GET DATA of the residence and the status', '5c02c5c9', concat(encodeTlv(0xc5, residence.object), status)),
  {
    name: 'READ BINARY of EF.Services: its one slot',
    command: { cla: 0, ins: 0xb0, p1: 0x87, p2: 0, ne: 4_319 },
    answer: { data: encodeTlv(0x53, services.object), sw: 0x6282 },
  },
  getData('GET DATA of the status', '5c01c9', status),
];

export function updateVectors(): VectorFile {
  const writes = [endorsement, residence, services];
  const steps = writes.map((write) => stepOf(write, `PUT DATA of ${write.target.file}`, 0x9000));
  const exchanges = exchangesUnderKeys([...steps, ...readBack]);
  const refused = (write: Write, name: string, sw: number): UpdateVector => vectorOf(write, exchangesUnderKeys([stepOf(write, name, sw)])[0]);
  const { enc, mac } = chipInputKeys();
  return {
    title: 'Updates of an issued card under one secure channel',
    specification: 'card-updates.md 2; permit-application.md 4, 6',
    encKey: hex(enc),
    macKey: hex(mac),
    written: writes.map((write, i) => vectorOf(write, exchanges[i])),
    // Goes on after the writes, by extended APDUs.
    readBack: exchanges.slice(writes.length),
    // Each alone and first under the keys, on a card that has what was written; the answer closes the channel.
    refused: [
      refused(endorsement, 'PUT DATA of endorsements, a counter that does not grow', 0x6985),
      refused(residence, 'PUT DATA of residence by a terminal without the right', 0x6982),
      refused({ ...services, target: { file: 'services', department: 9 }, counter: 2 }, "PUT DATA of services, a department that is not the terminal's", 0x6982),
      refused({ ...services, target: { file: 'services', department: 0x0203 }, counter: 2 }, 'PUT DATA of services, a thirteenth department', 0x6a84),
    ],
  };
}
