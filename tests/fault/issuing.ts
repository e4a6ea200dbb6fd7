import { randomBytes } from 'node:crypto';
import type { CapturedRecord } from '../../src/contract/index.js';
import { p256Key, signSign1 } from '../../src/cose/index.js';
import { nodeCrypto } from '../../src/node-crypto/index.js';
import { dateInChina, encodeHolder, encodePermit, encodePhoto, encodeSod, permitNumber, permitTyp } from '../../src/permit/index.js';
import { statusListUri, type Terminal } from '../../src/service/index.js';
import { person } from '../platform/terminal.js';

const { ed25519, sha256 } = nodeCrypto;
const bytes = (length: number): Uint8Array => new Uint8Array(randomBytes(length));
const division6 = '330302';

/** A point as a card would name it; nobody computes with it here. */
const chipKey = (fill: number): Uint8Array => {
  const odd = p256Key(Uint8Array.from([4, ...new Uint8Array(64).fill(fill)])).get(-3);
  return Uint8Array.from([odd === true ? 3 : 2, ...new Uint8Array(32).fill(fill)]);
};

export type IssueOf = Extract<CapturedRecord, { type: 'issue' }>;

/** A permit of person `n` under the terminal's own certificate, numbers and blank, as an issue makes it; only the card is missing. Undefined: nothing left to issue with. */
export const issueAt = (terminal: Terminal, n: number, at: number): IssueOf | undefined => {
  const { keySets, journal, numbers } = terminal.outbox;
  const begun = new Set(journal.list().map((entry) => entry.serial));
  const serial = keySets.serials().find((each) => !begun.has(each));
  const delegate = terminal.trust.delegate();
  const now = terminal.clock.now();
  if (serial === undefined || delegate === undefined) return undefined;
  const today = dateInChina(now);
  const year = Number(today.slice(0, 4));
  const reserved = numbers.reserve(division6, year, 1);
  if (reserved === undefined) return undefined;
  const { sequence, statusIndex } = reserved;
  const number = permitNumber({ division6, year, kind: 1, sequence });
  const who = person(n);
  const about = { name: who.name, sex: 1, ethnicGroup: 1, birth: '1990-03-07', idNumber: who.idNumber, registeredAddress: who.registeredAddress } as const;
  const permit = encodePermit({ salt: bytes(16), number, kind: 1, authority: '温州市公安局鹿城区分局', issued: today, statusIndex });
  const holder = encodeHolder({ salt: bytes(16), ...about });
  const photo = encodePhoto({ salt: bytes(16), jpeg: bytes(200) });
  const payload = encodeSod({
    digests: { version: bytes(32), permit: sha256(permit), holder: sha256(holder), photo: sha256(photo), cardAccess: bytes(32) },
    chipKey: chipKey(7),
    signatureKey: chipKey(9),
    signedAt: now,
    statusList: { index: statusIndex, uri: statusListUri },
  });
  return {
    type: 'issue',
    serial,
    permitNumber: number,
    statusIndex,
    sod: signSign1({ typ: permitTyp.sod, payload, kcwt: delegate.kcwt, seed: delegate.seed }, ed25519),
    permit,
    holder,
    residence: new Uint8Array(0),
    photo,
    application: {
      ...about,
      residence: { division: '330302001001', address: who.address, since: '2025-01-01' },
      kind: 'residence',
      registeredOn: '2025-01-02',
      grounds: ['employment'],
      phone: '13800000000',
    },
    issuedAt: at,
  };
};
