import { encodeTlv, type Tlv } from '../iso7816/index.js';
import { verifyP256 } from '../node-crypto/index.js';
import { CvcError } from './errors.js';
import { checkProfileIdentifier, childrenOf, encodeReference, encodeSigned, openSigned, parseReference } from './fields.js';
import { tag } from './profile.js';
import { encodePublicKey, parsePublicKey } from './public-key.js';

export interface CvRequest {
  /** The CHR that is asked for. */
  readonly holderReference: string;
  /** Uncompressed point, 65 bytes. */
  readonly publicKey: Uint8Array;
}

/** Parses a request and verifies its signature under the key that it holds: who sent it has the private key. Throws {@link CvcError}. */
export function parseCvRequest(bytes: Uint8Array): CvRequest {
  const { bodyObject, body, signature } = openSigned(bytes);
  const objects = childrenOf(bodyObject, tag.profileIdentifier, tag.publicKey, tag.holderReference);
  const [profile, publicKey, holder] = objects as readonly [Tlv, Tlv, Tlv];
  checkProfileIdentifier(profile.value);
  const { point, domainParameters } = parsePublicKey(publicKey);
  if (!domainParameters) throw new CvcError('domain-parameters', 'lacking in a request');
  const holderReference = parseReference(holder.value);
  if (!verifyP256(point, body, signature)) throw new CvcError('signature', 'not by the key of the request');
  return { holderReference, publicKey: point };
}

/** The 7F21 of a request; `sign` gets the encoded 7F4E and signs with the private key of `publicKey`. Throws {@link CvcError}: the result is parsed again. */
export function encodeCvRequest(holderReference: string, publicKey: Uint8Array, sign: (message: Uint8Array) => Uint8Array): Uint8Array {
  const body = encodeTlv(tag.body, [
    encodeTlv(tag.profileIdentifier, Uint8Array.of(0)),
    encodePublicKey(publicKey, true),
    encodeTlv(tag.holderReference, encodeReference(holderReference)),
  ]);
  const encoded = encodeSigned(body, sign(body));
  parseCvRequest(encoded);
  return encoded;
}
