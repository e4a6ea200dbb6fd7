import { coseKeyId, type Sha256 } from '../cose/index.js';
import { bytesOf, decodeMap, mapOf, oneOf, p256CompressedKey, text, time, uint } from './fields.js';
import { compressedP256Key, encodeChecked, labelled } from './labels.js';
import { PayloadError } from './payload-error.js';

export const sodDocType = 'wz.residence-permit.1';

/** SHA-256 over the whole content of each EF. Version is the chip's own file: it is digested so that a downgraded capability shows. */
export interface SodDigests {
  readonly version: Uint8Array;
  readonly permit: Uint8Array;
  readonly holder: Uint8Array;
  readonly photo: Uint8Array;
  readonly cardAccess: Uint8Array;
}

/** PermitSecurityObject: the payload of EF.SOD's COSE_Sign1. Version 1, suite 1, SHA-256 are the only ones and have no field here. */
export interface Sod {
  readonly digests: SodDigests;
  /** P-256, compressed point (33 bytes): chip authentication */
  readonly chipKey: Uint8Array;
  /** P-256, compressed point (33 bytes): card-present signature */
  readonly signatureKey: Uint8Array;
  /** seconds since 1970 */
  readonly signedAt: number;
  /** claim of the IETF Token Status List */
  readonly statusList: { readonly index: number; readonly uri: string };
}

const algorithmSha256 = -16; // RFC 9054

const sha256Algorithm = (value: unknown, where: string): void => {
  if (value !== algorithmSha256) throw new PayloadError('out-of-range', where);
};

/** Throws PayloadError. The chip keys are bounded in form; whether a point is on the curve shows when it is used. */
export const decodeSod = (bytes: Uint8Array): Sod =>
  decodeMap(bytes, 'Sod', (map) => {
    map.required(1, oneOf(1));
    map.required(2, oneOf(sodDocType));
    map.required(3, oneOf(1));
    map.required(4, sha256Algorithm);
    return {
      digests: map.required(
        5,
        mapOf((digests) => ({
          version: digests.required(1, bytesOf(32)),
          permit: digests.required(2, bytesOf(32)),
          holder: digests.required(3, bytesOf(32)),
          photo: digests.required(4, bytesOf(32)),
          cardAccess: digests.required(28, bytesOf(32)),
        })),
      ),
      chipKey: map.required(6, p256CompressedKey),
      signatureKey: map.required(7, p256CompressedKey),
      signedAt: map.required(8, time),
      statusList: map.required(
        65535,
        mapOf((claim) => claim.required('status_list', mapOf((list) => ({ index: list.required('idx', uint), uri: list.required('uri', text(200)) })))),
      ),
    };
  });

export const encodeSod = (sod: Sod): Uint8Array =>
  encodeChecked(
    labelled([
      [1, 1],
      [2, sodDocType],
      [3, 1],
      [4, algorithmSha256],
      [
        5,
        labelled([
          [1, sod.digests.version],
          [2, sod.digests.permit],
          [3, sod.digests.holder],
          [4, sod.digests.photo],
          [28, sod.digests.cardAccess],
        ]),
      ],
      [6, compressedP256Key(sod.chipKey)],
      [7, compressedP256Key(sod.signatureKey)],
      [8, sod.signedAt],
      [65535, { status_list: { idx: sod.statusList.index, uri: sod.statusList.uri } }],
    ]),
    decodeSod,
  );

/** Thumbprint of the chip's key: what mutable objects are bound to. Takes the compressed point (33 bytes), gives 8 bytes. */
export const chipThumbprint = (chipKey: Uint8Array, sha256: Sha256): Uint8Array => coseKeyId(compressedP256Key(chipKey), sha256);

