import { describe, expect, it } from 'vitest';
import { violations } from './axe.js';
import type { NamedScene, Scenery } from './scenes/index.js';

/** axe-core on scenes, in the looks that a person may choose. */
export interface AppearanceOf {
  readonly colorScheme: 'light' | 'dark';
  readonly contrast: 'no-preference' | 'more';
}

export const everyLook: readonly AppearanceOf[] = [
  { colorScheme: 'light', contrast: 'no-preference' },
  { colorScheme: 'dark', contrast: 'no-preference' },
  { colorScheme: 'dark', contrast: 'more' },
];
/** Of a screen that stands in many states: colours come from the same tokens, so one state in every look shows what another would. */
export const daylight: readonly AppearanceOf[] = everyLook.slice(0, 1);
const languages = ['zh-CN', 'en'] as const;

/** Findings of each look and language, each with where it was met. */
async function findings(scenery: Scenery, looks: readonly AppearanceOf[]): Promise<string[]> {
  const found: string[] = [];
  for (const language of languages) {
    await scenery.language(language);
    for (const look of looks) {
      await scenery.page.emulateMedia(look);
      await scenery.settled(50);
      found.push(...(await violations(scenery.page)).map((finding) => `${language} ${look.colorScheme} ${look.contrast}: ${finding}`));
    }
  }
  await scenery.page.emulateMedia({ colorScheme: 'light', contrast: 'no-preference' });
  await scenery.language('zh-CN');
  return found;
}

/** A test for each scene; `looks` of all of them, or of each. */
export function everySceneIsOpenToAll(scenes: readonly NamedScene[], scenery: () => Scenery, looks: readonly AppearanceOf[] | ((scene: NamedScene) => readonly AppearanceOf[])): void {
  describe.each(scenes.map((named) => [`${named.screen}: ${named.state}`, named] as const))('%s', (_, named) => {
    it('has nothing that bars anybody', { timeout: 90_000 }, async () => {
      const { scene } = named;
      try {
        await scene.play(scenery());
        expect(await findings(scenery(), typeof looks === 'function' ? looks(named) : looks)).toEqual([]);
      } finally {
        scenery().thaw();
        await scene.clear?.(scenery());
      }
    });
  });
}
