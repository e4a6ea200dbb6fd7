import { deflateSync } from 'node:zlib';
import { signSign1 } from '../../../src/cose/index.js';
import { fromHex } from '../../../src/iso7816/index.js';
import { encodeStatusListToken, packStatuses, parseStatusListToken, permitTyp, verifyStatusListToken } from '../../../src/permit/index.js';
import { inflate } from '../../../src/service/pulled-trust.js';
import { listUri } from '../../vectors/card-fixture.js';
import { day, kidOf, noon, publicKeyOf } from '../../vectors/shared.js';
import { mutateCbor } from '../cbor-shape.js';
import { credulous, trust } from '../permit-world.js';
import { payloadVectors } from '../signed-objects.js';
import { holds, type Target } from '../target.js';

const largestPacked = 16 * 1024 * 1024;

const token = (packed: Uint8Array): Uint8Array =>
  signSign1(
    {
      typ: permitTyp.statusList,
      kid: kidOf('statusList'),
      seed: new Uint8Array(32),
      payload: encodeStatusListToken({ uri: listUri, issuedAt: noon, expires: noon + day, ttl: 3_600, deflated: new Uint8Array(deflateSync(packed)) }),
    },
    credulous.ed25519,
  );

/** Status list tokens with the terminal's own inflate: a small file must not become all of memory. */
export const statusList: Target = {
  seeds: [
    ...payloadVectors.valid.filter(({ name }) => name === 'StatusListToken').map(({ object }) => fromHex(object)),
    token(packStatuses(new Map([[5, 1], [9, 2]]), 1_000)),
    token(new Uint8Array(256 * 1024)),
    token(new Uint8Array(largestPacked + 1)),
  ],
  mutate: mutateCbor,
  run: (input) => {
    const key = publicKeyOf('statusList');
    const results = [parseStatusListToken(input, key, credulous, inflate), verifyStatusListToken(input, trust, credulous, inflate)];
    for (const result of results) {
      if (!result.ok) continue;
      holds(result.list.packed.length <= largestPacked, 'a status list stays below its limit');
      holds(result.list.get(result.list.size) === undefined && result.list.get(-1) === undefined && result.list.get(0.5) === undefined, 'an index beyond the list has no status');
    }
  },
  // Twice the greatest list: as zlib gives it, and in one piece; for two tries of it.
  allowance: 5 * largestPacked,
};
