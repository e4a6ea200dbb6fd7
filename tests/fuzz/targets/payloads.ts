import { isDeepStrictEqual } from 'node:util';
import { sameBytes, type CryptoPort } from '../../../src/cose/index.js';
import { fromHex } from '../../../src/iso7816/index.js';
import { nodeCrypto } from '../../../src/node-crypto/index.js';
import * as permit from '../../../src/permit/index.js';
import { binding, delegationClaims, number, permitFile, residenceClaims, sod } from '../../vectors/card-fixture.js';
import { noon, publicKeyOf } from '../../vectors/shared.js';
import { mutateCbor } from '../cbor-shape.js';
import { boundTo, contextOf, credulous, refusedByRule, sodFor, trust } from '../permit-world.js';
import { payloads as payloadSeeds, signedObjects } from '../signed-objects.js';
import { declared, holds, type Target } from '../target.js';

interface Codec<T> {
  readonly decode: (bytes: Uint8Array) => T;
  readonly encode: (value: T) => Uint8Array;
  /** An absent and an empty list are one value. */
  readonly severalForms?: boolean;
}

function roundTrip<T>(input: Uint8Array, { decode, encode, severalForms }: Codec<T>): void {
  const box = declared(() => ({ value: decode(input) }), permit.PayloadError);
  if (box === undefined) return;
  const written = encode(box.value);
  holds(isDeepStrictEqual(decode(written), box.value), 'a payload is read as it was written');
  holds(severalForms === true || sameBytes(written, input), 'a payload is written as it was read');
}

function everyPayload(input: Uint8Array): void {
  roundTrip(input, { decode: permit.decodePermit, encode: permit.encodePermit });
  roundTrip(input, { decode: permit.decodeHolder, encode: permit.encodeHolder });
  roundTrip(input, { decode: permit.decodePhoto, encode: permit.encodePhoto });
  roundTrip(input, { decode: permit.decodeSod, encode: permit.encodeSod });
  roundTrip(input, { decode: permit.decodeResidence, encode: permit.encodeResidence });
  roundTrip(input, { decode: permit.decodeEndorsement, encode: permit.encodeEndorsement });
  roundTrip(input, { decode: permit.decodeServiceSlot, encode: permit.encodeServiceSlot });
  roundTrip(input, { decode: permit.decodeDelegation, encode: permit.encodeDelegation });
  roundTrip(input, { decode: permit.decodeTrustList, encode: permit.encodeTrustList, severalForms: true });
  roundTrip(input, { decode: permit.decodeStatusListToken, encode: permit.encodeStatusListToken });
  permit.checkPhoto(input);
}

/** What a terminal may know besides: nothing yet, a blocked delegation, a clock that is behind, other issuers, an older status list. */
const worlds = (crypto: CryptoPort): readonly permit.TrustContext[] => {
  const context = contextOf(crypto);
  const blocked = { ...trust, blocked: [{ terminal: delegationClaims.terminal, id: delegationClaims.id, since: noon - 10 }] };
  const elsewhere = trust.keys.map((key) => ({ ...key, prefixes: ['44'] }));
  const before = trust.keys.map((key) => ({ ...key, until: key.from }));
  return [
    context,
    { ...context, trust: undefined },
    { ...context, trust: blocked, statusList: undefined },
    { ...context, trust: blocked },
    { ...context, now: 0 },
    { ...context, trust: { ...trust, keys: [] } },
    { ...context, trust: { ...trust, keys: elsewhere } },
    { ...context, trust: { ...trust, keys: before } },
  ];
};
const credulousWorlds = worlds(credulous);
const realWorlds = worlds(nodeCrypto);

/** Whatever is verified answers with a value, whichever the signature. */
function everyVerification(input: Uint8Array, context: permit.TrustContext): void {
  const { crypto } = context;
  const authentic = permit.passiveAuthentication({ ...context, files: { sod: input, permit: permitFile, ...(input.length % 3 === 0 ? { holder: input } : {}) } });
  if (authentic.ok) holds(authentic.compared.includes('permit'), 'EF.Permit is always compared');
  permit.verifyResidence(input, boundTo, context);
  permit.verifyEndorsement(input, boundTo, context);
  permit.verifyServiceSlot(input, boundTo, context);
  permit.verifyTrustList(input, publicKeyOf('root'), 1, crypto, noon);
  permit.verifyDelegation(input, context.trust ?? trust, crypto);
}

/** Fields that the vectors leave out, and a picture with every kind of segment. */
const more: readonly Uint8Array[] = [
  permit.encodePermit({ salt: new Uint8Array(16), number: permit.permitNumber({ division6: '330302', year: 2026, kind: 2, sequence: 7 }), kind: 2, authority: '鹿城', issued: '2026-11-24', expires: '2027-11-23', statusIndex: 1_001 }),
  permit.encodeResidence({ ...residenceClaims, rentalHouse: '330302-1' }),
  permit.encodeEndorsement({ ...binding, endorsedOn: '2026-11-24', goodUntil: '2027-11-24', authority: '鹿城', yearsCountFrom: '2026-11-24' }),
  permit.encodeServiceSlot({ ...binding, department: 7, receipt: 'S', state: '已受理', asOf: '2026-11-24' }),
  permit.encodeDelegation({ ...delegationClaims, prefixes: ['330302', '330303'] }),
  permit.encodeTrustList({ ...trust, blocked: [{ terminal: 'T-000001', id: delegationClaims.id, since: noon - 10 }] }),
  fromHex('ffd8ffe000104a46494600010100000100010000ffdb00040100ffc0000b080010001001011100ffffc400040000ffda0008010100003f00aaff00bbffd0ccffd9'),
  fromHex(sod.object),
];

/** Every payload of payload.cddl, signed and not, and what verifies them: passive authentication, mutable objects, trust list, delegation. */
export const payloads: Target = {
  seeds: [...payloadSeeds, ...signedObjects, ...more, ...refusedByRule],
  mutate: mutateCbor,
  run: (input) => {
    const first = input[0] ?? 0;
    // A COSE_Sign1 with its tag or without; anything else is no object to verify.
    if (first === 0xd2 || first === 0x84) {
      everyVerification(input, contextOf(credulous));
      // One more of the worlds, which the length of the input chooses: as good as a throw of dice, and the same each time.
      everyVerification(input, credulousWorlds[input.length % credulousWorlds.length] ?? contextOf(credulous));
      // In earnest a verification costs more than all of the others.
      if (input.length % 5 !== 0) return;
      const real = permit.passiveAuthentication({ ...contextOf(nodeCrypto), files: { sod: input, permit: permitFile } });
      if (real.ok) holds(real.permit.number === number, 'an authentic card is the one that was signed');
      everyVerification(input, realWorlds[input.length % realWorlds.length] ?? contextOf(nodeCrypto));
      return;
    }
    everyPayload(input);
    permit.passiveAuthentication({ ...contextOf(credulous), files: { sod: sodFor(input), permit: input, holder: input } });
  },
};
