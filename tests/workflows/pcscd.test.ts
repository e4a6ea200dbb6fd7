import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { PcscSupervisor } from '../../drivers/pcsc/index.js';
import type { Outcome } from '../../src/contract/index.js';
import { insertCard, readerName, removeCard, saveImage, startVirtualReader, stopVirtualReader, waitForCardEnd, type CardFaults } from '../../src/emulator/index.js';
import { issuePermit, readPermit, verifyPermit, type IssueContext, type VerifyContext } from '../../src/workflows/index.js';
import { MemoryTerminal, applicant, blank, jpegOf, serialOf } from './fixtures.js';

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

/** The card of the image in the reader, a workflow over the real pcscd, and the card out again. */
async function withCard<T>(terminal: MemoryTerminal, faults: CardFaults, work: (ctx: IssueContext & VerifyContext) => Promise<Outcome<T>>): Promise<Outcome<T>> {
  await insertCard(directory, slot, imagePath, imageKey, faults);
  await presence(true);
  const connection = await supervisor.connect(readerName(slot));
  const outcome = await work(terminal.context(connection));
  await connection.close();
  // A torn card leaves by itself; one whose index came too late does not.
  if (outcome.ok || !(await waitForCardEnd(directory, slot, 2_000))) await removeCard(directory, slot);
  await presence(false);
  return outcome;
}

const newCounter = (): MemoryTerminal => {
  const terminal = new MemoryTerminal();
  terminal.allot(serialOf(1));
  saveImage(imagePath, blank(1), imageKey);
  return terminal;
};

describe('through the real pcscd', () => {
  it('issues with a photo of 10 KB, verifies and reads', async () => {
    const terminal = newCounter();
    const photo = jpegOf(10_240);
    const issued = await withCard(terminal, {}, (ctx) => issuePermit(ctx, applicant(), photo));
    expect(issued).toMatchObject({ ok: true, value: { traffic: { personalisation: { apdus: 17 } } } });
    const verified = await withCard(terminal, {}, verifyPermit);
    expect(verified).toMatchObject({ ok: true, value: { verdict: { result: 'valid' }, traffic: { apdus: 5 } } });
    const read = await withCard(terminal, {}, readPermit);
    expect(read.ok && read.value.contents?.photo).toEqual(photo);
    const cloned = await withCard(terminal, { clone: 'other-key' }, verifyPermit);
    expect(cloned).toMatchObject({ ok: true, value: { verdict: { result: 'cloned' } } });
  });

  it.each(['before', 'after'] as const)('torn %s every APDU: put back, it is finished with the same number', { timeout: 300_000 }, async (when) => {
    const photo = jpegOf(1_500);
    let points = 0;
    for (let at = 1; ; at += 1) {
      const terminal = newCounter();
      const first = await withCard(terminal, { tearAtApdu: { at, when } }, (ctx) => issuePermit(ctx, applicant(), photo));
      if (first.ok) break;
      expect([at, first.code]).toEqual([at, 'CARD_REMOVED']);
      const [begun] = terminal.journal.values();
      const second = await withCard(terminal, {}, (ctx) => issuePermit(ctx, applicant(), photo));
      expect([at, second.ok ? 'finished' : second.code]).toEqual([at, 'finished']);
      if (second.ok && begun !== undefined) expect(second.value.permitNumber).toBe(begun.permitNumber);
      expect([at, terminal.records.length, terminal.sequence, terminal.journal.size, terminal.keySets.size]).toEqual([at, 1, 1, 0, 0]);
      points = at;
    }
    process.stdout.write(`through pcscd, torn ${when} every APDU: ${points} points\n`);
    expect(points).toBeGreaterThanOrEqual(14);
  });
});
