import { sealingKeyPair } from '../../src/cose/index.js';
import { nodeCrypto } from '../../src/node-crypto/index.js';
import { openOutbox } from '../../src/outbox/index.js';
import { verificationOf } from './records.js';

/** Enqueues so many records into a new outbox; run under strace, which counts what is asked of the disk. */
const [path, count] = [process.argv[2] ?? '', Number(process.argv[3])];
const now = Math.floor(Date.now() / 1000);
const outbox = openOutbox(path, { terminalId: 'T-0001', sealTo: sealingKeyPair().publicKey, localKey: new Uint8Array(32).fill(1), clock: { now: () => now }, crypto: nodeCrypto });
for (let n = 0; n < count; n += 1) outbox.enqueue(verificationOf(n, now));
outbox.close();
