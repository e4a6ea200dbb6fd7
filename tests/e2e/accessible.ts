import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Page } from 'playwright-core';
import { violations, type Rules } from './axe.js';
import { sizes } from './chromium.js';
import { everyScene, Scenery, type NamedScene } from './scenes/index.js';

/** axe-core on scenes, in the looks that a person may choose. Each scene is played once; language and look change under it while it stands. */
interface AppearanceOf {
  readonly language: 'zh-CN' | 'en';
  readonly colorScheme: 'light' | 'dark';
  readonly contrast: 'no-preference' | 'more';
}

interface Inspection extends AppearanceOf {
  readonly rules: Rules;
}

/** English may be longer, pixels. */
const margin = 200;

const chinese = { language: 'zh-CN', colorScheme: 'light', contrast: 'no-preference' } as const satisfies AppearanceOf;

/** Of a screen that stands in many states: colours come from the same tokens, so one state in every look shows what another would. */
const daylight: readonly Inspection[] = [
  { ...chinese, rules: 'all' },
  { ...chinese, language: 'en', rules: 'words' },
];
const everyLook: readonly Inspection[] = [
  { ...chinese, rules: 'all' },
  { ...chinese, colorScheme: 'dark', rules: 'colours' },
  { ...chinese, colorScheme: 'dark', contrast: 'more', rules: 'colours' },
  { ...chinese, language: 'en', rules: 'words' },
];

/** Until the page has taken language and look over and drawn itself in them. */
const drawn = async (shown: Page, { language, colorScheme, contrast }: AppearanceOf): Promise<void> => {
  const theme = contrast === 'more' ? `contrast-${colorScheme}` : colorScheme;
  await shown.locator(`html[lang="${language}"][data-theme="${theme}"]`).waitFor({ state: 'attached' });
  await shown.evaluate(() => {
    const page = globalThis as unknown as { requestAnimationFrame(then: () => void): void };
    return new Promise<void>((resolve) => page.requestAnimationFrame(() => page.requestAnimationFrame(resolve)));
  });
};

const appear = async (scenery: Scenery, look: AppearanceOf): Promise<void> => {
  const { colorScheme, contrast } = look;
  await scenery.page.emulateMedia({ colorScheme, contrast });
  await scenery.language(look.language);
  await drawn(scenery.page, look);
};

/**
 * The screens by the files that look at them: each file opens a world of its own, and two run side by side, so none should take much longer than another.
 * That no screen is forgotten is shown in `accessibility.test.ts`.
 */
export const parts = {
  police: ['police'],
  'police-beside': ['sign-in', 'police-look-up', 'police-history', 'diagnosis', 'leave', 'setup', 'home'],
  'counter-new': ['counter-new'],
  'counter-desk': ['counter-desk'],
  'counter-beside': ['counter', 'counter-queue', 'counter-books'],
  'counter-applications': ['counter-applications'],
} as const satisfies Record<string, readonly NamedScene['screen'][]>;

/** What is half under the bar of keys, and can be scrolled out, is no small target: the window is as high as what it shows. */
const showWhole = async (page: Page): Promise<void> => {
  const hidden = await page.evaluate(() => {
    const { document } = globalThis as unknown as { document: { querySelectorAll(selector: string): Iterable<{ scrollHeight: number; clientHeight: number }> } };
    return Math.max(...[...document.querySelectorAll('html, main')].map(({ scrollHeight, clientHeight }) => scrollHeight - clientHeight));
  });
  if (hidden > 0) await page.setViewportSize({ ...sizes.landscape, height: sizes.landscape.height + hidden + margin });
};

/** Findings of each look and language, each with where it was met. */
async function findings(scenery: Scenery, inspections: readonly Inspection[]): Promise<string[]> {
  const found: string[] = [];
  await showWhole(scenery.page);
  for (const inspection of inspections) {
    await appear(scenery, inspection);
    const { language, colorScheme, contrast, rules } = inspection;
    found.push(...(await violations(scenery.page, rules)).map((finding) => `${language} ${colorScheme} ${contrast}: ${finding}`));
  }
  await appear(scenery, chinese);
  await scenery.page.setViewportSize(sizes.landscape);
  return found;
}

/** A test for each scene of the part's screens: at the police desk and before it in every look, at the counter all by daylight and the first of each screen in every look. */
export function everySceneIsOpenToAll(part: keyof typeof parts): void {
  const screens: readonly string[] = parts[part];
  const scenes = everyScene().filter(({ screen }) => screens.includes(screen));
  const looksOf = ({ screen, stage }: NamedScene, at: number): readonly Inspection[] => (stage === 'police' || scenes[at - 1]?.screen !== screen ? everyLook : daylight);
  let scenery: Scenery;
  beforeAll(async () => {
    scenery = await Scenery.open({ stage: scenes[0]!.stage });
  }, 180_000);
  afterAll(() => scenery.close());

  describe.each(scenes.map((named, at) => [`${named.screen}: ${named.state}`, named, looksOf(named, at)] as const))('%s', (_, { scene }, looks) => {
    it('has nothing that bars anybody', { timeout: 90_000 }, async () => {
      try {
        await scene.play(scenery);
        expect(await findings(scenery, looks)).toEqual([]);
      } finally {
        scenery.thaw();
        await scene.clear?.(scenery);
      }
    });
  });
}
