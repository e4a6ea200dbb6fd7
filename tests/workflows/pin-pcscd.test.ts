import { describe, expect, it } from 'vitest';
import { done } from '../../src/contract/index.js';
import { readPermit } from '../../src/workflows/index.js';
import { digits, otherPin } from './held-card.js';
import { pinFlows } from './pin-flows.js';
import { Counter, withReader } from './real-reader.js';
import { recorded } from './recorded.js';
import { pinOn, stateOf } from './sweep.js';


describe('a PIN through the real pcscd', () => {
  it.concurrent.each(Object.entries(pinFlows))('%s, torn at every APDU, its answer lost: old or new, never a try more, and the next try completes', { timeout: 120_000 }, (name, { image: made, run, from, to, repeats }) => withReader(async (reader) => {
    const image = await made();
    const { apdus } = await recorded(image, run);
    const before = await stateOf(image);
    const fresh = to === 'unset' ? to : 3;
    let points = 0;
    for (let at = 1; ; at += 1, points += 1) {
      const terminal = new Counter(reader, image);
      const first = await terminal.work({ tearAtApdu: { at, when: 'after' } }, run);
      if (first.ok) break;
      expect([at, first.code]).toEqual([at, 'CARD_REMOVED']);
      const torn = reader.takeUp();
      const [inForce, { tries }] = [await pinOn(torn), await stateOf(torn)];
      expect([from, to]).toContain(inForce);
      if (inForce === to) expect([at, tries]).toEqual([at, fresh]);
      else expect([at, Number(tries) > Number(before.tries)]).toEqual([at, false]);
      terminal.reopen();
      const changed = inForce === to && !repeats;
      await terminal.work({}, async (ctx) => {
        const second = await run(ctx);
        expect([at, second.ok || second.code]).toEqual([at, changed ? 'PIN_WRONG' : true]);
        // The change was made, and the holder's new PIN opens the card.
        if (changed) expect([at, (await readPermit({ ...ctx, mode: 'kiosk' }, digits(otherPin))).ok]).toEqual([at, true]);
        return done(undefined);
      });
      const end = reader.takeUp();
      expect([at, await pinOn(end), (await stateOf(end)).tries]).toEqual([at, to, fresh]);
      expect([at, terminal.outbox.pending(9).map(({ type }) => type)]).toEqual([at, [changed ? 'verification' : 'pin']]);
      terminal.outbox.close();
    }
    process.stdout.write(`tearing through pcscd, ${name}: ${points} APDUs\n`);
    expect(points).toBe(apdus);
  }));
});
