import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { PcscSupervisor } from '../../drivers/pcsc/index.js';
import { deriveKeySet } from '../../src/card/index.js';
import type { Outcome } from '../../src/contract/index.js';
import { sealingKeyPair } from '../../src/cose/index.js';
import { insertCard, loadImage, readerName, removeCard, saveImage, startVirtualReader, stopVirtualReader, waitForCardEnd, type CardFaults, type CardImage } from '../../src/emulator/index.js';
import { nodeCrypto } from '../../src/node-crypto/index.js';
import { openOutbox, type Outbox } from '../../src/outbox/index.js';
import type { IssueContext, UpdateContext } from '../../src/workflows/index.js';
import { MemoryTerminal, firstIndex, lastIndex, master, noon, serialOf } from './fixtures.js';

const slot = 0;
const imageKey = new Uint8Array(32).fill(9);
const platformKey = sealingKeyPair().publicKey;

/** A private pcscd with a virtual reader and the reader process in front of it, for one test file. */
export class RealReader {
  readonly directory = mkdtempSync(join(tmpdir(), 'rc-wf-'));
  readonly imagePath = join(this.directory, 'one.card');
  #supervisor: PcscSupervisor | undefined;

  async start(): Promise<void> {
    const { socket } = await startVirtualReader(this.directory);
    this.#supervisor = PcscSupervisor.start({ env: { PCSCLITE_CSOCK_NAME: socket }, idleMs: 60_000 });
  }

  async stop(): Promise<void> {
    await this.#supervisor?.stop();
    await stopVirtualReader(this.directory);
    rmSync(this.directory, { recursive: true, force: true });
  }

  get supervisor(): PcscSupervisor {
    if (this.#supervisor === undefined) throw new Error('not started');
    return this.#supervisor;
  }

  putDown(image: CardImage): void {
    saveImage(this.imagePath, image, imageKey);
  }

  /** What the card holds, once it is out. */
  takeUp(): CardImage {
    return loadImage(this.imagePath, imageKey);
  }

  insert(faults: CardFaults): Promise<void> {
    return insertCard(this.directory, slot, this.imagePath, imageKey, faults).then(() => this.#presence(true));
  }

  connect(): ReturnType<PcscSupervisor['connect']> {
    return this.supervisor.connect(readerName(slot));
  }

  async remove(sound: boolean): Promise<void> {
    // A torn card leaves by itself; one whose index came too late does not.
    if (sound || !(await waitForCardEnd(this.directory, slot, 2_000))) await removeCard(this.directory, slot);
    await this.#presence(false);
  }

  /** pcscd looks at a slot now and then: a card put back before it saw the slot empty is to it the card that failed. */
  async #presence(wanted: boolean): Promise<void> {
    for (let tries = 0; tries < 400; tries += 1) {
      const reader = (await this.supervisor.readers()).find(({ name }) => name === readerName(slot));
      if (reader?.cardPresent === wanted) return;
      await delay(50);
    }
    throw new Error(`the slot does not become ${wanted ? 'taken' : 'empty'}`);
  }
}

/** A test with a reader of its own: most of the time it waits for pcscd to see a card come and go, and another one works meanwhile. */
export async function withReader(work: (reader: RealReader) => Promise<void>): Promise<void> {
  const reader = new RealReader();
  try {
    await reader.start();
    await work(reader);
  } finally {
    await reader.stop();
  }
}

let databases = 0;

/** A terminal on the real outbox; only clock and trust are the test's. `reopen` is the process dying and starting again. */
export class Counter {
  readonly #path: string;
  readonly #trust = new MemoryTerminal();
  outbox: Outbox;

  constructor(
    readonly reader: RealReader,
    image: CardImage,
  ) {
    this.#path = join(reader.directory, `${(databases += 1)}.db`);
    this.outbox = this.#open();
    const serial = serialOf(1);
    this.outbox.keySets.replace([{ serial, keyVersion: 0x30, ...deriveKeySet(master, serial) }]);
    this.outbox.numbers.addBlock({ division: '330302', year: 2026, kind: 1, first: 1, last: 99 });
    this.outbox.numbers.addDelegation({ kcwt: this.#trust.kcwt(), first: firstIndex, last: lastIndex, notBefore: noon - 86_400, expires: noon + 864_000 });
    reader.putDown(image);
  }

  #open(): Outbox {
    const localKey = new Uint8Array(32).fill(4);
    return openOutbox(this.#path, { terminalId: 'T-0001', sealTo: platformKey, localKey, crypto: nodeCrypto, clock: { now: () => noon } });
  }

  reopen(): void {
    this.outbox.close();
    this.outbox = this.#open();
  }

  /** The card of the image in the reader, a workflow over the real pcscd, and the card out again. */
  async work<T>(faults: CardFaults, workflow: (ctx: IssueContext & UpdateContext) => Promise<Outcome<T>>): Promise<Outcome<T>> {
    await this.reader.insert(faults);
    const connection = await this.reader.connect();
    const { journal, keySets, numbers, knownCards } = this.outbox;
    const outcome = await workflow({ ...this.#trust.context(connection), journal, keySets, numbers, known: knownCards, outbox: this.outbox });
    await connection.close();
    await this.reader.remove(outcome.ok);
    return outcome;
  }

  /** Records captured, cards unfinished, key sets left, permit numbers left. */
  state(): number[] {
    const { journal, keySets, numbers } = this.outbox;
    return [this.outbox.counts().captured, journal.list().length, keySets.serials().length, numbers.blocks()[0]?.left ?? 0];
  }
}
