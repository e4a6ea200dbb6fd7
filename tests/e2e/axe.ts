import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { Page } from 'playwright-core';

/** axe-core on a page, by the rules of WCAG 2.2 A and AA and axe's best practices. Its source is evaluated by the driver: the page's own policy lets no foreign script in. */
const source = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const tags = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];

/** Of a page that was looked at by all rules: those that come out otherwise with other colours alone. */
const ofColours = ['color-contrast', 'link-in-text-block'];

/** `all`; `colours`: what another theme of the same page can change; `words`: what the same page in another language can change, its colours having been looked at. */
export type Rules = 'all' | 'colours' | 'words';
const options: Record<Rules, object> = {
  all: { runOnly: { type: 'tag', values: tags } },
  colours: { runOnly: { type: 'rule', values: ofColours } },
  words: { runOnly: { type: 'tag', values: tags }, rules: Object.fromEntries(ofColours.map((rule) => [rule, { enabled: false }])) },
};

interface AxeResults {
  readonly violations: readonly { readonly id: string; readonly help: string; readonly nodes: readonly { readonly html: string; readonly failureSummary?: string }[] }[];
}
interface Axe {
  run(options: object): Promise<AxeResults>;
}

/** One line a finding: the rule, the element, what is wrong with it. */
export async function violations(page: Page, rules: Rules = 'all'): Promise<string[]> {
  if (!(await page.evaluate(() => 'axe' in globalThis))) await page.evaluate(source);
  // What fades in is judged when it is there.
  await page.evaluate(() => Promise.all((globalThis as unknown as { document: { getAnimations(): { finished: Promise<unknown>; effect: { getComputedTiming(): { iterations?: number } } | null }[] } }).document
    .getAnimations().filter(({ effect }) => effect?.getComputedTiming().iterations !== Infinity).map(({ finished }) => finished.catch(() => undefined))));
  const results = await page.evaluate((given) => (globalThis as unknown as { axe: Axe }).axe.run(given), { ...options[rules], resultTypes: ['violations'] });
  return results.violations.flatMap(({ id, help, nodes }) => nodes.map(({ html, failureSummary = '' }) => `${id}: ${help} — ${html.slice(0, 160)} — ${failureSummary.replaceAll('\n', ' ')}`));
}
