import { describe, expect, it } from 'vitest';
import type { Outcome } from '../../src/contract/index.js';
import { changeResidence, readPermit, renewEndorsement, resumeUpdate, verifyPermit, writeService, type UpdateContext } from '../../src/workflows/index.js';
import { issuedCard, move, service } from './issued-card.js';
import { Counter, withReader } from './real-reader.js';
import { apduOf, ins, recorded } from './recorded.js';

const by = 'op-1';
type Update = (ctx: UpdateContext) => Promise<Outcome<unknown>>;
const flows: readonly (readonly [string, Update, readonly string[]])[] = [
  ['endorse', (ctx) => renewEndorsement(ctx, { by }), ['endorsement']],
  ['move', (ctx) => changeResidence(ctx, move), ['residence-change']],
  ['service', (ctx) => writeService(ctx, service), []],
];

describe('updates through the real pcscd', () => {
  it.concurrent('endorses and moves, and shows both', () => withReader(async (reader) => {
    const terminal = new Counter(reader, (await issuedCard()).reader.card.image());
    const endorsed = await terminal.work({}, (ctx) => renewEndorsement(ctx, { by }));
    expect(endorsed).toMatchObject({ ok: true, value: { counter: 1, seq: 1, traffic: { apdus: 14 } } });
    expect(await terminal.work({}, (ctx) => changeResidence(ctx, move))).toMatchObject({ ok: true, value: { counter: 2, seq: 2, traffic: { apdus: 14 } } });
    const read = await terminal.work({}, readPermit);
    expect(read).toMatchObject({ ok: true, value: { verdict: { result: 'valid' }, contents: { residence: { counter: 2 } } } });
    expect([terminal.outbox.pending(9).map(({ type }) => type), terminal.outbox.journal.listUpdates()]).toEqual([['endorsement', 'residence-change', 'verification'], []]);
    terminal.outbox.close();
  }));

  it.concurrent.each(flows)('%s, torn at every APDU, its answer lost: put back, it stands there once, with one record', { timeout: 120_000 }, (name, run, records) => withReader(async (reader) => {
    const image = (await issuedCard()).reader.card.image();
    const untorn = await recorded(image, run);
    /** Whether the fault struck. */
    const tear = async (at: number, when: 'before' | 'after'): Promise<boolean> => {
      const terminal = new Counter(reader, image);
      const first = await terminal.work({ tearAtApdu: { at, when } }, run);
      if (first.ok) return false;
      expect([at, when, first.code]).toEqual([at, when, 'CARD_REMOVED']);
      terminal.reopen();
      const begun = terminal.outbox.journal.listUpdates().length > 0;
      // One insertion finishes and verifies: each takes pcscd most of a second.
      const verified = await terminal.work({}, async (ctx) => {
        const second = begun ? await resumeUpdate(ctx) : await run(ctx);
        expect([at, when, second.ok ? 'finished' : second.code]).toEqual([at, when, 'finished']);
        expect([at, when, terminal.outbox.pending(9).map(({ type }) => type), terminal.outbox.journal.listUpdates()]).toEqual([at, when, records, []]);
        return verifyPermit(ctx);
      });
      expect([at, when, verified.ok && verified.value.verdict.result]).toEqual([at, when, 'valid']);
      terminal.outbox.close();
      return true;
    };
    let points = 0;
    while (await tear(points + 1, 'after')) points += 1;
    process.stdout.write(`tearing through pcscd, ${name}: ${points} APDUs\n`);
    expect(points).toBe(untorn.apdus);
    // The write that never reached the card goes there with the same bytes.
    expect(await tear(apduOf(untorn.reader, ins.putData), 'before')).toBe(true);
  }));
});
