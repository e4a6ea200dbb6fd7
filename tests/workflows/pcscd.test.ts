import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { PcscSupervisor } from '../../drivers/pcsc/index.js';
import type { Outcome } from '../../src/contract/index.js';
import { insertCard, readerName, removeCard, saveImage, startVirtualReader, stopVirtualReader, waitForCardEnd, type CardFaults } from '../../src/emulator/index.js';
import { issuePermit, readPermit, verifyPermit, type IssueContext, type VerifyContext } from '../../src/workflows/index.js';
import { deriveKeySet } from '../../src/card/index.js';
import { sealingKeyPair } from '../../src/cose/index.js';
import { nodeCrypto } from '../../src/node-crypto/index.js';
import { openOutbox, type Outbox } from '../../src/outbox/index.js';
import { MemoryTerminal, applicant, blank, firstIndex, jpegOf, lastIndex, master, noon, serialOf } from './fixtures.js';

const slot = 0;
const imageKey = new Uint8Array(32).fill(9);
const directory = mkdtempSync(join(tmpdir(), 'rc-wf-'));
const imagePath = join(directory, 'blank.card');
let supervisor: PcscSupervisor;

beforeAll(async () => {
  const { socket } = await startVirtualReader(directory);
  supervisor = PcscSupervisor.start({ env: { PCSCLITE_CSOCK_NAME: socket }, idleMs: 60_000 });
});
afterAll(async () => {
  await supervisor.stop();
  await stopVirtualReader(directory);
  rmSync(directory, { recursive: true, force: true });
});

/** pcscd looks at a slot now and then: a card put back before it saw the slot empty is to it the card that failed. */
async function presence(wanted: boolean): Promise<void> {
  for (let tries = 0; tries < 100; tries += 1) {
    const reader = (await supervisor.readers()).find(({ name }) => name === readerName(slot));
    if (reader?.cardPresent === wanted) return;
    await delay(50);
  }
  throw new Error(`the slot does not become ${wanted ? 'taken' : 'empty'}`);
}

const platformKey = sealingKeyPair().publicKey;
let databases = 0;

/** A terminal on the real outbox; only clock and trust are the test's. `reopen` is the process dying and starting again. */
class Counter {
  readonly #path = join(directory, `${(databases += 1)}.db`);
  readonly #trust = new MemoryTerminal();
  outbox: Outbox = this.#open();

  constructor() {
    const serial = serialOf(1);
    this.outbox.keySets.replace([{ serial, keyVersion: 0x30, ...deriveKeySet(master, serial) }]);
    this.outbox.numbers.addBlock({ division: '330302', year: 2026, kind: 1, first: 1, last: 99 });
    this.outbox.numbers.addDelegation({ kcwt: this.#trust.kcwt(), first: firstIndex, last: lastIndex, notBefore: noon - 86_400, expires: noon + 864_000 });
    saveImage(imagePath, blank(1), imageKey);
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
  async work<T>(faults: CardFaults, workflow: (ctx: IssueContext & VerifyContext) => Promise<Outcome<T>>): Promise<Outcome<T>> {
    await insertCard(directory, slot, imagePath, imageKey, faults);
    await presence(true);
    const connection = await supervisor.connect(readerName(slot));
    const { journal, keySets, numbers } = this.outbox;
    const outcome = await workflow({ ...this.#trust.context(connection), journal, keySets, numbers, outbox: this.outbox });
    await connection.close();
    // A torn card leaves by itself; one whose index came too late does not.
    if (outcome.ok || !(await waitForCardEnd(directory, slot, 2_000))) await removeCard(directory, slot);
    await presence(false);
    return outcome;
  }

  /** Records captured, cards unfinished, key sets left, permit numbers left. */
  state(): number[] {
    const { journal, keySets, numbers } = this.outbox;
    return [this.outbox.counts().captured, journal.list().length, keySets.serials().length, numbers.blocks()[0]?.left ?? 0];
  }
}

describe('through the real pcscd', () => {
  it('issues with a photo of 10 KB, verifies and reads', async () => {
    const terminal = new Counter();
    const photo = jpegOf(10_240);
    const issued = await terminal.work({}, (ctx) => issuePermit(ctx, applicant(), photo));
    expect(issued).toMatchObject({ ok: true, value: { traffic: { personalisation: { apdus: 17 } } } });
    const verified = await terminal.work({}, verifyPermit);
    expect(verified).toMatchObject({ ok: true, value: { verdict: { result: 'valid' }, traffic: { apdus: 5 } } });
    const read = await terminal.work({}, readPermit);
    expect(read.ok && read.value.contents?.photo).toEqual(photo);
    const cloned = await terminal.work({ clone: 'other-key' }, verifyPermit);
    expect(cloned).toMatchObject({ ok: true, value: { verdict: { result: 'cloned' } } });
    expect(terminal.state()).toEqual([4, 0, 0, 98]);
    terminal.outbox.close();
  });

  it.each(['before', 'after'] as const)('torn %s every APDU: put back, it is finished with the same number', { timeout: 300_000 }, async (when) => {
    const photo = jpegOf(1_500);
    let points = 0;
    for (let at = 1; ; at += 1) {
      const terminal = new Counter();
      const first = await terminal.work({ tearAtApdu: { at, when } }, (ctx) => issuePermit(ctx, applicant(), photo));
      if (first.ok) break;
      expect([at, first.code]).toEqual([at, 'CARD_REMOVED']);
      terminal.reopen();
      const [begun] = terminal.outbox.journal.list();
      const second = await terminal.work({}, (ctx) => issuePermit(ctx, applicant(), photo));
      expect([at, second.ok ? 'finished' : second.code]).toEqual([at, 'finished']);
      if (second.ok && begun !== undefined) expect(second.value.permitNumber).toBe(begun.permitNumber);
      expect([at, ...terminal.state()]).toEqual([at, 1, 0, 0, 98]);
      terminal.outbox.close();
      points = at;
    }
    process.stdout.write(`through pcscd, torn ${when} every APDU: ${points} points\n`);
    expect(points).toBeGreaterThanOrEqual(14);
  });
});
