import { afterEach, describe, expect, it } from 'vitest';
import { decodeCbor } from '../../src/cose/index.js';
import { originKey } from '../../src/platform/intake/prepare-events.js';
import type { RunningApp } from './app-host.js';
import type { Desk} from './desk.js';
import { place } from './desk.js';
import { expectedScreens } from './expected.js';
import { hosts } from './hosts.js';
import { police } from './stage.js';
import { playedIn } from './played.js';
import type { World } from './world.js';

/** The platform is away: the officer is told so and goes on; what was checked arrives later, with who, why and where. */
interface Arrived {
  readonly permit_number: string | null;
  readonly result: string;
  readonly purpose: string | null;
  readonly box: Uint8Array | null;
  readonly epoch: number;
  readonly seq: number;
}

describe.each(hosts)('in %s', (_, makeHost) => {
  let world: World;
  let app: RunningApp;
  let desk: Desk;
  playedIn(makeHost, (played) => ({ world, app, desk } = played));
  afterEach(async () => expect(await app.watched.faults()).toEqual([]));

  const arrived = (): Arrived[] => world.platform.rows<Arrived>(`select permit_number, result, purpose, box, origin_epoch as epoch, origin_seq as seq from verifications where origin_terminal = '${world.stage.terminals.police}' order by origin_seq`);

  it('says that it is off-line, how old the list is and how much waits, and goes on checking', { timeout: 90_000 }, async () => {
    await world.platform.stop();
    await app.page.keyboard.press('F5');
    const bar = app.page.getByRole('banner');
    await bar.getByText('平台离线').waitFor();
    await app.page.getByText('离线：').first().waitFor();
    await bar.getByText(/名单：/).waitFor();
    await world.put('valid');
    await desk.expectVerdict(expectedScreens.valid, world.stage.cards.valid!.holder);
    await bar.getByText('待传 1 条').waitFor();
    await world.put('revoked');
    await desk.expectVerdict(expectedScreens.revoked, world.stage.cards.revoked!.holder);
    await bar.getByText('待传 2 条').waitFor();
    expect(arrived()).toEqual([]);
  });

  it('another reason, chosen by a key, stands with the checks that follow', { timeout: 60_000 }, async () => {
    await app.page.keyboard.press('F4');
    await desk.chooseOperation('7', '江心屿码头');
    await app.page.getByText('拾获或上交的卡 · 江心屿码头').waitFor();
    await world.put('cloned');
    await desk.expectVerdict(expectedScreens.cloned);
    await app.page.getByRole('banner').getByText('待传 3 条').waitFor();
  });

  it('everything arrives when the platform is back: who, why and where, readable by nobody who reads the database alone', { timeout: 90_000 }, async () => {
    await world.platform.start();
    await app.page.keyboard.press('F5');
    await app.page.getByText('更新完成').waitFor();
    await app.page.getByRole('banner').getByText('待传 0 条').waitFor();
    const { valid, revoked, cloned } = world.stage.cards;
    const rows = arrived();
    expect(rows.map(({ permit_number: number, result, purpose }) => [number, result, purpose])).toEqual([
      [valid!.permitNumber, 'valid', 'station'],
      [revoked!.permitNumber, 'revoked', 'station'],
      [cloned!.permitNumber, 'cloned', 'found'],
    ]);
    const told = await world.platform.administer(async ({ boxes }) => rows.map(({ box, epoch, seq }) => Object.fromEntries(decodeCbor(boxes.open('verifications', originKey({ terminal: world.stage.terminals.police, epoch, seq }), box!)) as Map<string, string>)));
    const where = [place, place, '江心屿码头'];
    expect(told).toMatchObject(where.map((each) => ({ by: police.id, place: each })));
    expect(rows.map(({ box }, i) => Buffer.from(box!).includes(where[i]!))).toEqual([false, false, false]);
  });
});
