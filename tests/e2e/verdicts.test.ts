import { afterEach, describe, expect, it } from 'vitest';
import type { RunningApp } from './app-host.js';
import { expectedRefusals, judgedCards, type CardName } from './cards.js';
import { Desk } from './desk.js';
import { expectedScreens, staleList } from './expected.js';
import { hosts } from './hosts.js';
import { playedIn } from './played.js';
import { World } from './world.js';

/** What the officer sees and hears of every kind of card, in both languages. */
const other = { zh: 'en', en: 'zh' } as const;

describe.each(hosts)('in %s', (_, makeHost) => {
  let world: World;
  let app: RunningApp;
  playedIn(makeHost, (played) => ({ world, app } = played));
  afterEach(async () => expect(await app.watched.faults()).toEqual([]));

  it.each(judgedCards)('%s', { timeout: 60_000 }, async (card) => {
    const expected = expectedScreens[card];
    const { holder } = world.stage.cards[card]!;
    const heard = (await app.watched.tones()).length;
    await world.put(card);
    await new Desk(app).expectVerdict(expected, holder);
    expect(await new Desk(app).tonesSince(heard)).toBe(expected.tones);
    // The same verdict in the other language, without another card and without another tone.
    await app.page.locator('button.language').click();
    await new Desk(app, other.zh).expectVerdict(expected, holder);
    await app.page.locator('button.language').click();
    expect(await new Desk(app).tonesSince(heard)).toBe(expected.tones);
  });

  it.each((Object.keys(expectedRefusals) as CardName[]).filter((card) => card !== 'mute'))('no verdict on a card that is %s', { timeout: 60_000 }, async (card) => {
    await world.put(card);
    const code = expectedRefusals[card as keyof typeof expectedRefusals];
    await app.page.getByText(code).first().waitFor();
    expect(await app.page.locator('[data-result]').count()).toBe(0);
  });

  it('another card at once in place of the first, and the verdict goes with it', { timeout: 60_000 }, async () => {
    await world.put('neighbour');
    await new Desk(app).verdict(expectedScreens.neighbour, world.stage.cards.neighbour!.holder);
    await world.put('revoked');
    await new Desk(app).expectVerdict(expectedScreens.revoked, world.stage.cards.revoked!.holder);
    expect(await app.page.getByText(world.stage.cards.neighbour!.holder!, { exact: true }).count()).toBe(0);
  });

  it('the verdict outlives the card and a reload of the page, and goes at a key', { timeout: 60_000 }, async () => {
    await world.put('overdue');
    await new Desk(app).verdict(expectedScreens.overdue, world.stage.cards.overdue!.holder);
    await world.take();
    await app.page.getByText('卡已移开').waitFor();
    await app.page.reload();
    await new Desk(app).expectVerdict(expectedScreens.overdue, world.stage.cards.overdue!.holder);
    await app.page.keyboard.press('Space');
    await new Desk(app).waiting();
    expect(await app.page.getByText(world.stage.cards.overdue!.holder!).count()).toBe(0);
  });
});

it('a sound card at a terminal whose list is too old', { timeout: 120_000 }, async () => {
  const [world, host] = [await World.open(), hosts[0][1]()];
  try {
    await world.platform.stop();
    const app = await host.start(world, { terminal: 'police-stale' });
    const desk = new Desk(app);
    await desk.ready();
    await world.put('valid');
    await desk.expectVerdict(staleList, world.stage.cards.valid!.holder);
    // The update that the screen asks for is what makes it valid.
    await world.platform.start();
    await app.page.keyboard.press('F5');
    await app.page.getByText('更新完成').waitFor();
    await world.put('valid');
    await desk.expectVerdict(expectedScreens.valid, world.stage.cards.valid!.holder);
    await app.close();
  } finally {
    await host.close();
    await world.close();
  }
});
