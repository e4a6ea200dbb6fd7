import {
  CborTag, CoseError, coseKeyId, decodeCbor, encodeCbor, isAcceptablePoint, okpKey, openSealed, p256Key, parseOkpKey, parseP256Key, parseSign1, sameBytes, sealingKeyPair, sealTo, secretboxOpen,
  verifyEd25519, verifySign1, type Sign1,
} from '../../../src/cose/index.js';
import { fromHex } from '../../../src/iso7816/index.js';
import { nodeCrypto } from '../../../src/node-crypto/index.js';
import { chip } from '../../vectors/card-fixture.js';
import { publicKeyOf, seedOf } from '../../vectors/shared.js';
import { mutateCbor } from '../cbor-shape.js';
import { payloadVectors, signedObjects } from '../signed-objects.js';
import { declared, holds, type Target } from '../target.js';

const terminal = publicKeyOf('terminal');
const recipient = sealingKeyPair(seedOf(0x31));
const boxKey = seedOf(0x32);
const sealed = sealTo(recipient.publicKey, { ephemeralSecretKey: seedOf(0x33), nonce: () => new Uint8Array(24).fill(1) }).seal(Uint8Array.of(1, 2, 3));

function sign1(input: Uint8Array, tagged: boolean): void {
  const object = declared(() => parseSign1(input, { tagged }), CoseError);
  if (object === undefined) return;
  holds(sameBytes(written(object, tagged), input), 'a COSE_Sign1 is written as it was read');
  verifySign1(object, terminal, nodeCrypto.ed25519);
}

function written({ protectedBytes, kcwt, payload, signature }: Sign1, tagged: boolean): Uint8Array {
  const unprotected = kcwt === undefined ? new Map() : new Map([[13, decodeCbor(kcwt)]]);
  const object = [protectedBytes, unprotected, payload, signature];
  return encodeCbor(tagged ? new CborTag(18, object) : object);
}

function keys(input: Uint8Array): void {
  const box = declared(() => ({ value: decodeCbor(input) }), CoseError);
  const okp = box && declared(() => parseOkpKey(box.value), CoseError);
  const point = box && declared(() => parseP256Key(box.value), CoseError);
  if (okp !== undefined) {
    holds(sameBytes(encodeCbor(okpKey(okp)), input), 'an Ed25519 key is written as it was read');
    coseKeyId(okpKey(okp), nodeCrypto.sha256);
  }
  if (point !== undefined) holds(point.length === 33, 'a compressed point has 33 bytes');
}

/** COSE_Sign1, COSE_Key, points and signatures of Ed25519, sealed boxes. */
export const cose: Target = {
  seeds: [
    ...signedObjects,
    ...payloadVectors.valid.filter(({ tagged }) => !tagged).map(({ object }) => fromHex(object)),
    encodeCbor(okpKey(terminal)),
    encodeCbor(p256Key(chip.point)),
    encodeCbor(p256Key(Uint8Array.from([...chip.point.slice(0, 64), chip.point[64] ?? 0]))),
    terminal, sealed, new Uint8Array(96), Uint8Array.from([1, ...new Uint8Array(31)]),
  ],
  mutate: mutateCbor,
  run: (input) => {
    sign1(input, true);
    sign1(input, false);
    keys(input);
    isAcceptablePoint(input.slice(0, 32));
    verifyEd25519(nodeCrypto.ed25519, input.slice(0, 32), input, input.slice(32, 96));
    // Small ones only: the boxes are tweetnacl's and slow.
    if (input.length > 200) return;
    openSealed(recipient.secretKey, input);
    secretboxOpen(boxKey, input);
  },
};
