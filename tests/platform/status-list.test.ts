import { constants, deflateSync, inflateSync } from 'node:zlib';
import { expect, it } from 'vitest';
import { okpKey, coseKeyId } from '../../src/cose/index.js';
import { nodeCrypto } from '../../src/node-crypto/index.js';
import { packStatuses, parseStatusListToken } from '../../src/permit/index.js';
import { buildStatusListToken, deflateStatuses } from '../../src/platform/index.js';

const size = 3_500_000;
/** 5 % not valid, strewn about: 4 % cancelled, 0.5 % suspended, 0.5 % not confirmed; a fixed generator, so that the ratio is the same in every run. */
const statuses = (): Uint8Array => {
  const list = new Uint8Array(size);
  let state = 12345;
  for (let i = 0; i < size; i++) {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    const u = state / 2 ** 32;
    if (u < 0.05) list[i] = u < 0.04 ? 1 : u < 0.045 ? 2 : 3;
  }
  return list;
};
const entropyBytes = (shares: readonly number[]): number => (-shares.reduce((sum, p) => sum + p * Math.log2(p), 0) * size) / 8;

it('builds a list of 3.5 million entries near the entropy bound', async () => {
  const packed = packStatuses(statuses(), size);
  const seed = new Uint8Array(32).fill(3);
  const publicKey = nodeCrypto.ed25519.publicKey(seed);
  const coseKey = okpKey(publicKey);
  const key = { publicKey, coseKey, kid: coseKeyId(coseKey, nodeCrypto.sha256), sign: (message: Uint8Array) => nodeCrypto.ed25519.sign(seed, message) };
  const start = performance.now();
  const token = await buildStatusListToken(packed, { uri: 'urn:x', issuedAt: 1, expires: 2, ttl: 3 }, key);
  const ms = performance.now() - start;
  const ratio = token.length / entropyBytes([0.95, 0.04, 0.005, 0.005]);
  const byStrategy = ['Z_DEFAULT_STRATEGY', 'Z_FILTERED', 'Z_HUFFMAN_ONLY', 'Z_RLE'] as const;
  const sizes = byStrategy.map((name) => [name, (deflateSync(packed, { level: 9, memLevel: 9, strategy: constants[name] }).length / entropyBytes([0.95, 0.04, 0.005, 0.005])).toFixed(3)]);
  expect(ratio, JSON.stringify(sizes)).toBeLessThanOrEqual(1.35);
  const list = parseStatusListToken(token, publicKey, nodeCrypto, (b) => inflateSync(b));
  expect(list.ok && Buffer.compare(list.list.packed, packed)).toBe(0);
  if (process.env['SHOW_NUMBERS'] !== undefined) console.log({ ms, ratio, bytes: token.length, sizes });
});

it('takes the strategy that suits the list: runs of unconfirmed blocks shrink to almost nothing', async () => {
  expect((await deflateStatuses(new Uint8Array(size / 4).fill(0xff))).length).toBeLessThan(2_000);
});
