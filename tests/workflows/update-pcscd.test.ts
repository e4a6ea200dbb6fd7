import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { changeResidence, readPermit, renewEndorsement, resumeUpdate, verifyPermit } from '../../src/workflows/index.js';
import { issuedCard, move } from './issued-card.js';
import { Counter, RealReader } from './real-reader.js';

const reader = new RealReader();
beforeAll(() => reader.start());
afterAll(() => reader.stop());
const by = 'op-1';

describe('updates through the real pcscd', () => {
  it('endorses and moves, and shows both', async () => {
    const terminal = new Counter(reader, (await issuedCard()).reader.card.image());
    const endorsed = await terminal.work({}, (ctx) => renewEndorsement(ctx, { by }));
    expect(endorsed).toMatchObject({ ok: true, value: { counter: 1, seq: 1, traffic: { apdus: 7 } } });
    expect(await terminal.work({}, (ctx) => changeResidence(ctx, move))).toMatchObject({ ok: true, value: { counter: 2, seq: 2, traffic: { apdus: 8 } } });
    const read = await terminal.work({}, readPermit);
    expect(read).toMatchObject({ ok: true, value: { verdict: { result: 'valid' }, contents: { residence: { counter: 2 } } } });
    expect([terminal.outbox.pending(9).map(({ type }) => type), terminal.outbox.journal.listUpdates()]).toEqual([['endorsement', 'residence-change', 'verification'], []]);
    terminal.outbox.close();
  });

  it('torn at every APDU, its command or its answer lost: put back, and one endorsement and one record', { timeout: 120_000 }, async () => {
    const image = (await issuedCard()).reader.card.image();
    let points = 0;
    for (const when of ['before', 'after'] as const) {
      for (let at = 1; ; at += 1) {
        const terminal = new Counter(reader, image);
        const first = await terminal.work({ tearAtApdu: { at, when } }, (ctx) => renewEndorsement(ctx, { by }));
        if (first.ok) break;
        expect([at, when, first.code]).toEqual([at, when, 'CARD_REMOVED']);
        terminal.reopen();
        const begun = terminal.outbox.journal.listUpdates().length > 0;
        // One insertion finishes and verifies: each takes pcscd most of a second.
        const verified = await terminal.work({}, async (ctx) => {
          const second = begun ? await resumeUpdate(ctx) : await renewEndorsement(ctx, { by });
          expect([at, when, second.ok ? 'finished' : second.code]).toEqual([at, when, 'finished']);
          expect([at, when, terminal.outbox.pending(9).map(({ type }) => type), terminal.outbox.journal.listUpdates()]).toEqual([at, when, ['endorsement'], []]);
          return verifyPermit(ctx);
        });
        expect([at, when, verified.ok && verified.value.verdict.result]).toEqual([at, when, 'valid']);
        terminal.outbox.close();
        points += 1;
      }
    }
    process.stdout.write(`endorse through pcscd, torn at every APDU: ${points} points\n`);
    expect(points).toBeGreaterThanOrEqual(14);
  });
});
