import { afterEach, describe, expect, it } from 'vitest';
import type { RunningApp } from './app-host.js';
import type { Desk } from './desk.js';
import { expectedScreens } from './expected.js';
import { hosts } from './hosts.js';
import { isAlive } from './processes.js';
import { playedIn } from './played.js';
import type { World } from './world.js';

/** Parts of the app die while it works; the officer goes on, and every check that was made arrives at the platform once. */
const until = async (holds: () => boolean, what: string, ms = 30_000): Promise<void> => {
  for (const deadline = Date.now() + ms; !holds(); await new Promise((resolve) => setTimeout(resolve, 50))) if (Date.now() > deadline) throw new Error(`not in time: ${what}`);
};

describe.each(hosts)('in %s', (_, makeHost) => {
  let world: World;
  let app: RunningApp;
  let desk: Desk;
  /** Checks that this file has seen a verdict of. */
  let checked = 0;
  playedIn(makeHost, (played) => ({ world, app, desk } = played));
  afterEach(() => {
    // A connection that is lost is told by the browser itself.
    expect(app.watched.complaints.filter((complaint) => !/WebSocket|ERR_CONNECTION|network/i.test(complaint))).toEqual([]);
  });

  const check = async (card: 'valid' | 'neighbour' | 'overdue'): Promise<void> => {
    await world.put(card);
    await desk.expectVerdict(expectedScreens[card], world.stage.cards[card]!.holder);
    checked += 1;
  };

  it('the reader process is killed while a verdict shows', { timeout: 90_000 }, async () => {
    await check('valid');
    // A card that still lay there would be checked once more by the reader process that comes after.
    await world.take();
    await desk.page.getByText('卡已移开').waitFor();
    const reader = app.readerPid()!;
    process.kill(reader, 'SIGKILL');
    await until(() => !isAlive(reader), 'the reader process ends');
    await desk.expectVerdict(expectedScreens.valid, world.stage.cards.valid!.holder);
    await check('neighbour');
    expect(app.readerPid()).not.toBe(reader);
  });

  it('the service is killed while a verdict shows', { timeout: 120_000 }, async () => {
    await check('overdue');
    const service = app.servicePid();
    process.kill(service, 'SIGKILL');
    await until(() => !isAlive(service), 'the service ends');
    // The session died with it: who comes back proves again who is there.
    await desk.page.getByLabel(desk.label('password'), { exact: true }).waitFor();
    await desk.signIn();
    await desk.page.getByLabel(desk.label('place'), { exact: true }).or(desk.page.getByText(desk.label('waiting'), { exact: true })).or(desk.banner).first().waitFor();
    if (await desk.page.getByLabel(desk.label('place'), { exact: true }).isVisible()) await desk.chooseOperation();
    expect(app.servicePid()).not.toBe(service);
    // The card that lies there is checked again: nobody has told the new service of it.
    await desk.verdict(expectedScreens.overdue, world.stage.cards.overdue!.holder);
    checked += 1;
    await check('valid');
  });

  it('pcscd is killed and comes back', { timeout: 90_000 }, async () => {
    await world.take();
    await desk.page.keyboard.press('Space');
    await desk.waiting();
    await world.pcscd.kill();
    await desk.page.getByRole('main').getByText('读卡服务未运行').first().waitFor();
    await world.pcscd.restart();
    await desk.waiting();
    await check('neighbour');
  });

  it('the page is loaded anew and shows what it showed', { timeout: 60_000 }, async () => {
    await check('valid');
    await app.page.reload();
    await desk.expectVerdict(expectedScreens.valid, world.stage.cards.valid!.holder);
  });

  it('nothing is lost and nothing doubled: the platform has every check that was seen', { timeout: 60_000 }, async () => {
    await app.page.keyboard.press('F5');
    await app.page.getByText('更新完成').waitFor();
    const { police } = world.stage.terminals;
    const rows = world.platform.rows<{ seq: number }>(`select origin_seq as seq from verifications where origin_terminal = '${police}'`);
    // The card that lay there when the service was started anew may be checked, and recorded, once more while its reader comes up: never fewer records than checks, no number twice or left out.
    const seqs = rows.map(({ seq }) => seq).sort((one, other) => one - other);
    expect([checked, checked + 1]).toContain(seqs.length);
    expect(seqs).toEqual(Array.from(seqs, (_, at) => (seqs[0] ?? 0) + at));
  });
});
