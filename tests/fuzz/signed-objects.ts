import { fromHex } from '../../src/iso7816/index.js';
import { readVectors } from '../vectors/read.js';

interface Signed {
  readonly name: string;
  readonly object: string;
  readonly payload: string;
  readonly protected: string;
  readonly sigStructure: string;
  readonly tagged: boolean;
}
export const payloadVectors = readVectors<{ files: Record<string, string>; valid: readonly Signed[]; refused: readonly { object: string }[] }>('payload.json');

/** Every object of payload.json, the refused ones too. */
export const signedObjects: readonly Uint8Array[] = [...payloadVectors.valid, ...payloadVectors.refused].map(({ object }) => fromHex(object));
/** What they sign, and the free-standing files. */
export const payloads: readonly Uint8Array[] = [
  ...payloadVectors.valid.map(({ payload }) => fromHex(payload)),
  ...['permit', 'holder', 'photo'].flatMap((name) => (payloadVectors.files[name] === undefined ? [] : [fromHex(payloadVectors.files[name])])),
];
export const headersAndStructures: readonly Uint8Array[] = payloadVectors.valid.flatMap((each) => [fromHex(each.protected), fromHex(each.sigStructure)]);
