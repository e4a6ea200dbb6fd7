import { inflate } from '../../src/service/index.js';
import { coseKeyId, okpKey } from '../../src/cose/index.js';
import { nodeCrypto } from '../../src/node-crypto/index.js';
import { packStatuses, parseStatusListToken } from '../../src/permit/index.js';
import { buildStatusListToken } from '../../src/platform/index.js';
import { seeded } from '../../src/cli/invented/index.js';
import { line, progress, type Line } from './lines.js';

const size = 3_500_000;
const lookUps = 2_000_000;
/** share of each status: 5 % are not valid */
const shares = [0.95, 0.04, 0.005, 0.005] as const;

/** The floor of the size: what no code can go below for entries that are independent of each other (Shannon). Bytes. */
const entropyBytes = (-shares.reduce((sum, share) => sum + share * Math.log2(share), 0) * size) / 8;

const drawn = (uniform: number): number => (uniform < 0.04 ? 1 : uniform < 0.045 ? 2 : uniform < 0.05 ? 3 : 0);

export const statusList = async (): Promise<Line[]> => {
  progress(`building a status list of ${size} entries`);
  const random = seeded(7);
  const statuses = Uint8Array.from({ length: size }, () => drawn(random.next()));
  const seed = new Uint8Array(32).fill(3);
  const publicKey = nodeCrypto.ed25519.publicKey(seed);
  const coseKey = okpKey(publicKey);
  const key = { publicKey, coseKey, kid: coseKeyId(coseKey, nodeCrypto.sha256), sign: (message: Uint8Array) => nodeCrypto.ed25519.sign(seed, message) };
  const began = performance.now();
  const token = await buildStatusListToken(packStatuses(statuses, size), { uri: 'urn:x', issuedAt: 1, expires: 2, ttl: 3 }, key);
  const buildSeconds = (performance.now() - began) / 1_000;

  const parsing = performance.now();
  const parsed = parseStatusListToken(token, publicKey, nodeCrypto, inflate);
  const loadMs = performance.now() - parsing;
  if (!parsed.ok) throw new Error(parsed.reason);
  const { list } = parsed;
  const indexes = Uint32Array.from({ length: lookUps }, () => Math.floor(random.next() * size));
  let wrong = 0;
  const looking = performance.now();
  for (const index of indexes) if (list.get(index) !== statuses[index]) wrong += 1;
  const lookUpMicros = ((performance.now() - looking) * 1_000) / lookUps;
  if (wrong > 0) throw new Error(`${wrong} entries read back otherwise`);
  return [
    line('status-list-build', buildSeconds, 's', { limit: { of: 'value', sign: '<', bound: 10 } }),
    line('status-list-size', token.length, 'B', { floor: Math.ceil(entropyBytes), limit: { of: 'ratio', sign: '<=', bound: 1.35 } }),
    line('status-list-load', loadMs, 'ms'),
    line('status-list-look-up', lookUpMicros, 'µs', { limit: { of: 'value', sign: '<', bound: 2 } }),
  ];
};
