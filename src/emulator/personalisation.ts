import { createHash } from 'node:crypto';
import { concat, encodeTlv } from '../iso7816/index.js';
import { numberBytes, sameBytes } from './aes.js';
import { answer, type Answer, type Instruction, type Received, status } from './apdu.js';
import { generateKey } from './chip-authentication.js';
import { PERMIT_AID } from './files.js';
import type { Memory } from './memory.js';
import { STREAM_LIMIT } from './memory-map.js';
import { derive, Scp03Channel } from './scp03.js';
import { parseStream } from './stream.js';

const KEY_VERSION = 0x30;
const SECURITY_LEVEL = 0x33;
/** SCP identifier and i = 70: pseudo-random challenge, R-MAC, R-ENC. */
const KEY_INFORMATION = Uint8Array.of(KEY_VERSION, 0x03, 0x70);
/** Failed EXTERNAL AUTHENTICATEs in a row after which each further one needs a power-up of its own. */
const FAILURES_ALLOWED = 100;

const sha256 = (data: Uint8Array): Uint8Array => new Uint8Array(createHash('sha256').update(data).digest());

/** SCP03 opening and the three commands inside it (firmware-specs/personalisation.md). Volatile state is one object; power-off drops it. */
export class Personalisation {
  #opening: Scp03Channel | undefined;
  #channel: Scp03Channel | undefined;
  #locked = false;

  constructor(private readonly memory: Memory) {}

  get channel(): Scp03Channel | undefined {
    return this.#channel;
  }

  close(): void {
    this.#opening = undefined;
    this.#channel = undefined;
  }

  initializeUpdate({ p1, p2, data }: Received): Answer {
    this.close();
    if (this.#locked) return status(0x6983);
    if (p1 !== KEY_VERSION) return status(0x6a88);
    if (p2 !== 0) return status(0x6a86);
    if (data.length !== 8) return status(0x6700);
    const sequence = this.memory.sequenceCounter + 1;
    if (sequence > 0xffffff) return status(0x6985);
    this.memory.setSequenceCounter(sequence);
    const counter = numberBytes(sequence, 3);
    const keys = this.memory.keys;
    // Amendment D 6.2.2.1: pseudo-random, so that the platform can know it beforehand; never twice, because the counter never is
    const challenge = derive(keys.enc, 0x02, 64, concat(counter, PERMIT_AID));
    this.#opening = new Scp03Channel(keys, data, challenge);
    return answer(concat(this.memory.serial, KEY_INFORMATION, challenge, this.#opening.cardCryptogram(), counter));
  }

  externalAuthenticate(command: Received): Answer {
    const opening = this.#opening;
    this.close();
    if (this.#locked) return status(0x6983);
    if (opening === undefined) return status(0x6985);
    if (command.p1 !== SECURITY_LEVEL || command.p2 !== 0) return status(0x6a86);
    if (command.data.length !== 16) return status(0x6700);
    // The failure is counted before the compare: cutting the power afterwards gives no free guess
    const failures = Math.min(this.memory.failures + 1, FAILURES_ALLOWED);
    this.memory.setFailures(failures);
    if (!sameBytes(command.data.slice(0, 8), opening.hostCryptogram())) {
      this.#locked = failures >= FAILURES_ALLOWED;
      return status(this.#locked ? 0x6983 : 0x6300);
    }
    if (opening.checkMac(command) === undefined) return status(0x6982);
    this.memory.setFailures(0);
    this.#channel = opening;
    return status(0x9000);
  }

  generate(instruction: Instruction): Answer {
    if (instruction.p1 !== 0 || instruction.p2 !== 0) return status(0x6a86);
    if (instruction.data.length > 0) return status(0x6700);
    if (this.memory.store.lifeCycle === 'blank') this.memory.initialise(generateKey(), generateKey());
    const { stored, nextBlock } = this.memory.store;
    const publicKey = (number: 1 | 2): Uint8Array => encodeTlv(0x7f49, [encodeTlv(0x86, this.memory.chipKey(number).point)]);
    return answer(
      concat(
        publicKey(1),
        publicKey(2),
        encodeTlv(0xc0, numberBytes(stored, 4)),
        encodeTlv(0xc1, Uint8Array.of(nextBlock)),
        encodeTlv(0xc2, sha256(this.memory.storedStream())),
      ),
    );
  }

  storeData({ p1, p2, data }: Instruction): Answer {
    const store = this.memory.store;
    if (store.lifeCycle !== 'initialised') return status(0x6985);
    if (p1 !== 0x00 && p1 !== 0x80) return status(0x6a86);
    if (data.length === 0) return status(0x6700);
    if (p2 !== 0 && p2 !== store.nextBlock) return status(0x6a86);
    if (p2 !== 0 && store.last) return status(0x6985);
    const offset = p2 === 0 ? 0 : store.stored;
    if (offset + data.length > STREAM_LIMIT || (p2 === 0xff && p1 === 0)) return status(0x6a84);
    const progress = { lifeCycle: store.lifeCycle, stored: offset + data.length, nextBlock: (p2 + 1) & 0xff, last: p1 === 0x80 };
    this.memory.appendBlock(offset, data, progress);
    return status(0x9000);
  }

  activate({ p1, p2, data }: Instruction): Answer {
    const store = this.memory.store;
    if (p1 !== 0 || p2 !== 0) return status(0x6a86);
    if (data.length !== 32) return status(0x6700);
    if (store.lifeCycle !== 'initialised' || !store.last) return status(0x6985);
    const stream = this.memory.storedStream();
    if (!sameBytes(sha256(stream), data)) return status(0x6300);
    const activation = parseStream(stream);
    if (typeof activation === 'number') return status(activation);
    this.memory.activate(activation);
    return answer(Uint8Array.of(0x8a, 0x01, 0x05));
  }
}
