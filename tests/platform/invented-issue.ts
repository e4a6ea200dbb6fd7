import { randomBytes } from 'node:crypto';
import type { CapturedRecord } from '../../src/contract/index.js';
import { p256Key, signSign1 } from '../../src/cose/index.js';
import { nodeCrypto } from '../../src/node-crypto/index.js';
import { encodeHolder, encodePermit, encodePhoto, encodeSod, permitTyp, type Holder } from '../../src/permit/index.js';
import type { Person } from './terminal.js';

const { ed25519, sha256 } = nodeCrypto;
const bytes = (length: number): Uint8Array => new Uint8Array(randomBytes(length));

/** A point as a card would name it; nobody computes with it here. */
export const compressed = (fill: number): Uint8Array => {
  const odd = p256Key(Uint8Array.from([4, ...new Uint8Array(64).fill(fill)])).get(-3);
  return Uint8Array.from([odd === true ? 3 : 2, ...new Uint8Array(32).fill(fill)]);
};

export interface InventedIssue {
  readonly who: Person;
  readonly number: string;
  readonly statusIndex: number;
  readonly serial: string;
  /** day of issue, YYYY-MM-DD */
  readonly issued: string;
  readonly signedAt: number;
  readonly issuedAt: number;
  readonly statusListUri: string;
  /** certificate and seed that the SOD is signed under */
  readonly signer: { readonly kcwt: Uint8Array; readonly seed: Uint8Array };
  readonly photoBytes?: number | undefined;
  readonly holder?: Partial<Holder> | undefined;
  /** what the chip's key is filled with */
  readonly chip?: number | undefined;
}

/** The record of an issue as the workflow captures it; only the card is missing. */
export const inventedIssue = (of: InventedIssue): Extract<CapturedRecord, { type: 'issue' }> => {
  const { who, number, statusIndex, serial, issued, signedAt, issuedAt } = of;
  const about = { name: who.name, sex: 1, ethnicGroup: 1, birth: '1990-03-07', idNumber: who.idNumber, registeredAddress: who.registeredAddress } as const;
  const permit = encodePermit({ salt: bytes(16), number, kind: 1, authority: '温州市公安局鹿城区分局', issued, statusIndex });
  const holder = encodeHolder({ salt: bytes(16), ...about, ...of.holder });
  const photo = encodePhoto({ salt: bytes(16), jpeg: bytes(of.photoBytes ?? 200) });
  const payload = encodeSod({
    digests: { version: bytes(32), permit: sha256(permit), holder: sha256(holder), photo: sha256(photo), cardAccess: bytes(32) },
    chipKey: compressed(of.chip ?? 7),
    signatureKey: compressed(9),
    signedAt,
    statusList: { index: statusIndex, uri: of.statusListUri },
  });
  return {
    type: 'issue',
    serial,
    permitNumber: number,
    statusIndex,
    sod: signSign1({ typ: permitTyp.sod, payload, kcwt: of.signer.kcwt, seed: of.signer.seed }, ed25519),
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
    issuedAt,
  };
};
