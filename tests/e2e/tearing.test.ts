import { afterEach, describe, expect, it } from 'vitest';
import type { RunningApp } from './app-host.js';
import { Desk } from './desk.js';
import { expectedScreens } from './expected.js';
import { hosts } from './hosts.js';
import { playedIn } from './played.js';
import type { World } from './world.js';

/** A card is pulled at any moment of its check: the screen says so and never shows a verdict that the card did not earn; put back, it is checked whole. */
// A check has sixteen exchanges; beyond the last one nothing is torn.
const points = Array.from({ length: 17 }, (_, at) => at + 1);
const some = [1, 4, 6, 10];

describe.each(hosts)('in %s', (name, makeHost) => {
  let world: World;
  let app: RunningApp;
  playedIn(makeHost, (played) => ({ world, app } = played));
  afterEach(async () => expect(await app.watched.faults()).toEqual([]));

  it.each(name === 'Chromium' ? points : some)('at APDU %i', { timeout: 60_000 }, async (at) => {
    const desk = new Desk(app);
    // The last check of another holder: what stands there afterwards is this card's.
    await world.put('valid', { tearAtApdu: { at, when: 'before' } });
    const refused = app.page.locator('[data-code]').first();
    const removed = app.page.getByText('卡已移开');
    const present = app.page.getByText('卡仍在读卡器上');
    await refused.or(removed).or(present).first().waitFor();
    if (await refused.isVisible()) expect(await refused.getAttribute('data-code')).toBe('CARD_REMOVED');
    // The verdict itself was earned before the holder was opened.
    else expect(await desk.banner.getAttribute('data-result')).toBe('valid');
    await world.torn();
    await world.put('neighbour');
    await desk.expectVerdict(expectedScreens.neighbour, world.stage.cards.neighbour!.holder);
    await world.take();
    await app.page.keyboard.press('Space');
    await desk.waiting();
  });
});
