import { constants, deflate } from 'node:zlib';
import { promisify } from 'node:util';
import { signSign1With } from '../cose/index.js';
import { encodeStatusListToken, permitTyp } from '../permit/index.js';
import type { SigningKey } from './keys/index.js';

const deflateAsync = promisify(deflate);

/**
 * zlib of a packed list, on the thread pool. Two strategies, the smaller wins: entropy coding alone (Z_HUFFMAN_ONLY) for a list whose marked entries
 * are strewn about, level 9 for one with long runs, as a young list of unconfirmed blocks has.
 */
export const deflateStatuses = async (packed: Uint8Array): Promise<Uint8Array> => {
  const [strewn, runs] = await Promise.all([
    deflateAsync(packed, { level: 9, memLevel: 9, strategy: constants.Z_HUFFMAN_ONLY }),
    deflateAsync(packed, { level: 9, memLevel: 9, strategy: constants.Z_DEFAULT_STRATEGY }),
  ]);
  return new Uint8Array(strewn.length < runs.length ? strewn : runs);
};

export interface StatusListOf {
  readonly uri: string;
  readonly issuedAt: number;
  readonly expires: number;
  readonly ttl: number;
}

export const signStatusList = (deflated: Uint8Array, of: StatusListOf, key: SigningKey): Uint8Array =>
  signSign1With({ typ: permitTyp.statusList, kid: key.kid, payload: encodeStatusListToken({ ...of, deflated }) }, (toBeSigned) => key.sign(toBeSigned));

/** Status List Token (IETF, 2 bits, CWT) of packed statuses, least significant first. */
export const buildStatusListToken = async (packed: Uint8Array, of: StatusListOf, key: SigningKey): Promise<Uint8Array> =>
  signStatusList(await deflateStatuses(packed), of, key);
