import { join } from 'node:path';
import Database from 'better-sqlite3';
import { describe, expect, it } from 'vitest';
import { judge } from './oracle.js';
import { mistakes } from './protocol.js';
import { network } from './scenarios/network.js';
import { runFaults } from './suite.js';
import { World } from './world.js';

/** The suite with one guarantee taken away in a child program: an oracle that does not notice would prove nothing. */
describe('the oracle', () => {
  it('sees lost records when the terminal deletes without checking the receipt', { timeout: 120_000 }, async () => {
    const result = await runFaults({ seed: 3, n: 25, only: [network], terminalFlags: [mistakes.noReceiptCheck] });
    expect(result.lost.length).toBeGreaterThan(0);
    expect(result.ok).toBe(false);
  });

  it('sees second effects when the platform forgets which numbers it has seen', { timeout: 120_000 }, async () => {
    const result = await runFaults({ seed: 3, n: 25, only: [network], platformFlags: [mistakes.noIdempotenceKey] });
    expect(result.duplicated.length).toBeGreaterThan(0);
    expect(result.ok).toBe(false);
  });

  it('sees an effect that nobody captured', { timeout: 120_000 }, async () => {
    const world = new World({ seed: 3 });
    try {
      await world.open();
      await world.captureKinds(['verification', 'revocation']);
      await world.settle();
      await world.stopTerminal();
      const judged = () => judge(world.ledger, world.terminalFolder, world.platformFolder);
      expect(judged()).toMatchObject({ captured: 6, applied: 6, lost: [], duplicated: [], unexpected: [] });
      const db = new Database(join(world.platformFolder, 'platform.db'));
      db.exec("insert into verifications (origin_terminal, origin_epoch, origin_seq, permit_number, result, reason, mode, at) select origin_terminal, origin_epoch, origin_seq + 1000, permit_number, result, reason, mode, 77 from verifications limit 1");
      db.close();
      expect(judged()).toMatchObject({ lost: [], duplicated: [], unexpected: [77] });
    } finally {
      await world.close();
    }
  });
});
