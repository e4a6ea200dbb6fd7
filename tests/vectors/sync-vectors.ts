import { syncTyp } from '../../src/contract/index.js';
import { encodeCbor, sealTo, sealingKeyPair } from '../../src/cose/index.js';
import { chainHash, chainStart } from '../../src/outbox/chain.js';
import { crockford, inGroups } from '../../src/platform/crockford.js';
import { bytes, coseKeyOf, hex, kidOf, noon, publicKeyOf, seedOf, sha256, signed, terminalId, type VectorFile } from './shared.js';

const platformBox = sealingKeyPair(seedOf(0x31));
const terminalBox = sealingKeyPair(seedOf(0x32));
const ephemeral = sealingKeyPair(seedOf(0x33));
const epoch = 1;
const secret = bytes('00112233445566778899');
const terminalKid = new TextEncoder().encode(terminalId);
const map = (...values: readonly unknown[]): Uint8Array => encodeCbor(new Map(values.map((value, i) => [i + 1, value])));

/** Invented records: their bodies are texts, a reader of the vectors need not know the contract. */
const records = () => {
  let nonce = 0;
  const sealer = sealTo(platformBox.publicKey, { ephemeralSecretKey: ephemeral.secretKey, nonce: () => new Uint8Array(24).fill(++nonce) });
  let before = chainStart(sha256, terminalId, epoch);
  return ['first record', 'second record', '第三条记录'].map((text, i) => {
    const plain = encodeCbor({ type: 'read', body: text });
    const record = { seq: i + 1, type: 'read', priority: 5, capturedAt: noon + i, sealed: sealer.seal(plain) };
    before = chainHash(sha256, before, record);
    return { ...record, plain, hash: before };
  });
};

export function syncVectors(): VectorFile {
  const queue = records();
  const start = chainStart(sha256, terminalId, epoch);
  const last = queue.at(-1)?.hash ?? start;
  const claims = map(terminalId, epoch, 1, queue.length, start, last, noon + 60);
  const batch = signed({ name: 'batch', typ: syncTyp.batch, signer: 'terminal', kid: terminalKid, payload: claims });
  const body = encodeCbor([bytes(batch.object), queue.map((each) => [each.seq, each.type, each.priority, each.capturedAt, each.sealed])]);
  const rootHash = sha256(encodeCbor(coseKeyOf('root'))).slice(0, 10);
  const nonce = bytes('b0b1b2b3b4b5b6b7');
  return {
    title: 'Sync: chain, sealing, batch, receipt, requests, enrolment',
    specification: 'sync.md',
    terminal: terminalId,
    epoch,
    platformBox: { secretKey: hex(platformBox.secretKey), publicKey: hex(platformBox.publicKey) },
    ephemeral: { secretKey: hex(ephemeral.secretKey), publicKey: hex(ephemeral.publicKey) },
    chainStart: hex(start),
    records: queue.map((each) => ({ ...each, plain: hex(each.plain), sealed: hex(each.sealed), hash: hex(each.hash) })),
    push: { path: '/v1/records', body: hex(body) },
    enrolment: {
      secret: hex(secret),
      rootKey: hex(encodeCbor(coseKeyOf('root'))),
      rootHash: hex(rootHash),
      code: inGroups(crockford(Uint8Array.from([...secret, ...rootHash]))),
    },
    signed: [
      batch,
      signed({
        name: 'receipt',
        typ: syncTyp.receipt,
        signer: 'platform',
        kid: kidOf('platform'),
        payload: map(terminalId, epoch, 1, queue.length, last, noon + 61, [[2, 'RECORD_UNREADABLE']], platformBox.publicKey),
      }),
      signed({ name: 'request', typ: syncTyp.request, signer: 'terminal', kid: terminalKid, payload: map('POST', '/v1/records', sha256(body), noon + 60, nonce) }),
      signed({ name: 'server time', typ: syncTyp.time, signer: 'platform', kid: kidOf('platform'), payload: map(noon + 61, nonce) }),
      signed({ name: 'enrolment', typ: syncTyp.enrol, signer: 'newTerminal', payload: map(secret, '窗口一', coseKeyOf('newTerminal'), terminalBox.publicKey) }),
    ],
    newTerminal: hex(publicKeyOf('newTerminal')),
  };
}
