import { expect } from 'vitest';
import type { Locator, Page } from 'playwright-core';
import type { RunningApp } from './app-host.js';
import type { ExpectedScreen } from './expected.js';
import { police } from './stage.js';

type Language = 'zh' | 'en';

/** Names of what the officer uses, as a screen reader says them. */
const names = {
  operator: { zh: '警号', en: 'Officer number' },
  password: { zh: '口令', en: 'Password' },
  signIn: { zh: '登录', en: 'Sign in' },
  place: { zh: '查验地点', en: 'Place' },
  begin: { zh: '开始查验', en: 'Start checking' },
  waiting: { zh: '请放卡', en: 'Present a card' },
} as const;

export const place = '火车站东广场';

/** A police desk as the officer uses it: by keys and by the names of things. Everything waits for what the screen shows, nothing for a time. */
export class Desk {
  constructor(
    readonly app: RunningApp,
    readonly language: Language = 'zh',
  ) {}

  get page(): Page {
    return this.app.page;
  }

  label(name: keyof typeof names): string {
    return names[name][this.language];
  }

  async signIn(id: string = police.id, password: string = police.password): Promise<void> {
    const field = this.page.getByLabel(this.label('operator'), { exact: true });
    await field.fill(id);
    await this.page.getByLabel(this.label('password'), { exact: true }).fill(password);
    await this.page.keyboard.press('Enter');
  }

  /** Why the checks are made: the purpose by its digit, the place written. */
  async chooseOperation(digit = '4', where: string = place): Promise<void> {
    await this.page.getByLabel(this.label('place')).waitFor();
    await this.page.keyboard.press(digit);
    await this.page.getByLabel(this.label('place')).fill(where);
    await this.page.keyboard.press('Enter');
  }

  /** Signed in, the operation chosen, waiting for a card. */
  async ready(): Promise<void> {
    await this.signIn();
    await this.chooseOperation();
    await this.waiting();
  }

  async waiting(): Promise<void> {
    await this.page.getByText(this.label('waiting'), { exact: true }).first().waitFor();
  }

  get banner(): Locator {
    return this.page.locator('[data-result]').first();
  }

  /** Until this verdict stands on the screen, with the given person when there is one. */
  async verdict({ result }: Pick<ExpectedScreen, 'result'>, holder?: string): Promise<void> {
    await this.page.locator(`[data-result="${result}"]`).first().waitFor();
    if (holder !== undefined) await this.page.getByText(holder, { exact: true }).waitFor();
  }

  /** Everything that an officer reads and hears of the verdict that stands there. */
  async expectVerdict(expected: ExpectedScreen, holder?: string): Promise<void> {
    const { language, page } = this;
    await this.verdict(expected, expected.photo ? holder : undefined);
    const said = await this.banner.evaluate((section) => {
      const element = section as unknown as { querySelector(selector: string): { textContent: string; dataset: Record<string, string> } | null };
      const text = (selector: string): string => element.querySelector(selector)?.textContent.trim() ?? '';
      return { word: text('h2'), glyph: element.querySelector('[data-sign]')?.dataset['sign'], action: text('.action').replace(/^→/, ''), law: text('.law strong') };
    });
    expect(said).toEqual({ word: expected.word[language], glyph: expected.glyph, action: expected.action[language], law: expected.answer[language] });
    const lines = await page.locator('[data-check]').evaluateAll((items) => items.map((item) => (item as unknown as { dataset: Record<string, string> }).dataset).map(({ check, mark }) => [check, mark]));
    expect(lines.map(([check]) => check)).toEqual(['signature', 'chip', 'status', 'dates', 'counters']);
    expect(lines.filter(([, mark]) => mark !== 'passed').map(([check]) => check).sort()).toEqual([...expected.notPassed].sort());
    expect(await page.locator('[data-photo]').count()).toBe(expected.photo ? 1 : 0);
    if (expected.photo) await page.locator('[data-photo="drawn"]').waitFor();
  }

  /** How many tones were heard since. */
  async tonesSince(before: number): Promise<number> {
    return (await this.app.watched.tones()).length - before;
  }
}
