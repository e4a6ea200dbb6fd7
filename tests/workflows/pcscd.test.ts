import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { issuePermit, readPermit, verifyPermit } from '../../src/workflows/index.js';
import { applicant, blank, counter, jpegOf } from './fixtures.js';
import { Counter, RealReader } from './real-reader.js';

const reader = new RealReader();
beforeAll(() => reader.start());
afterAll(() => reader.stop());

describe('through the real pcscd', () => {
  it('issues with a photo of 10 KB, verifies and reads', async () => {
    const terminal = new Counter(reader, blank(1));
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

  it('torn at every APDU, its answer lost: put back, it is finished with the same number', { timeout: 300_000 }, async () => {
    const photo = jpegOf(1_500);
    const untorn = counter();
    expect((await issuePermit(untorn.terminal.context(untorn.reader.insert()), applicant(), photo)).ok).toBe(true);
    let points = 0;
    for (let at = 1; ; at += 1) {
      const terminal = new Counter(reader, blank(1));
      const first = await terminal.work({ tearAtApdu: { at, when: 'after' } }, (ctx) => issuePermit(ctx, applicant(), photo));
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
    process.stdout.write(`tearing through pcscd, issue: ${points} APDUs\n`);
    expect(points).toBe(untorn.reader.log.length);
  });
});
