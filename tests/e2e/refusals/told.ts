import { expect } from 'vitest';
import type { Locator, Page } from 'playwright-core';
import { failures, type FailureCode } from '../../../src/contract/index.js';

/** What a screen says in each language; the sentences of a failure code unless it has words of its own. */
export interface Words {
  readonly zh: readonly string[];
  readonly en: readonly string[];
}

export const wordsOf = (code: FailureCode): Words => {
  const { zh, nextZh, en, nextEn } = failures[code];
  return { zh: [zh, nextZh], en: [en, nextEn] };
};

/** Changes the language in place, as the button in the frame does. */
const choose = (page: Page, language: 'zh' | 'en'): Promise<void> =>
  page.locator('button.language').evaluate((button, wanted) => {
    const each = button as unknown as { getAttribute(name: string): string | null; click(): void };
    // It names the language that it leads to.
    if (each.getAttribute('lang')?.startsWith(wanted) === true) each.click();
  }, language);

const stands = (where: Locator, words: readonly string[]): Promise<void> => words.reduce((found, each) => found.filter({ hasText: each }), where).first().waitFor();

/** It stands on the screen, and stands there in the other language as soon as that is chosen: what happened, and what to do next. */
export const expectTold = async (where: Locator, { zh, en }: Words): Promise<void> => {
  const page = where.page();
  await stands(where, zh);
  expect(await where.filter({ hasText: en[0]! }).count()).toBe(0);
  await choose(page, 'en');
  try {
    await stands(where, en);
    expect(await where.filter({ hasText: zh[0]! }).count()).toBe(0);
  } finally {
    await choose(page, 'zh');
  }
  await stands(where, zh);
};
