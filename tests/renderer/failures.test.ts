import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { build } from 'vite';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { failureCodes, failures, type FailureCode } from '../../src/contract/index.js';

const texts = (pick: (code: FailureCode) => string): readonly string[] => failureCodes.map(pick);

describe('sentences of the failures', () => {
  test('no two codes share one', () => {
    for (const all of [texts((code) => failures[code].zh), texts((code) => failures[code].en)]) {
      expect(all.filter((text, index) => all.indexOf(text) !== index)).toEqual([]);
    }
  });

  test('each is short: 40 Han or 25 words with the next step, a little more where two things must be said', () => {
    for (const code of failureCodes) {
      const { zh, nextZh, en, nextEn } = failures[code];
      expect((zh + nextZh).match(/\p{Script=Han}/gu)?.length, code).toBeLessThanOrEqual(40);
      expect(`${en} ${nextEn}`.split(/\s+/).length, code).toBeLessThanOrEqual(30);
    }
  });
});

const page = `
import { createSSRApp, h } from 'vue';
import { renderToString } from 'vue/server-renderer';
import FailureNotice from './components/failure-notice.vue';
import { newI18n } from './i18n/index.js';
export const render = (language, code) => renderToString(createSSRApp(() => h(FailureNotice, { code, detail: 'x', level: 1 })).use(newI18n(language)));
`;

/** The screen itself, rendered to text by Vue: the room's own sources, built with its own configuration. */
describe('the screen of a failure', () => {
  const folder = mkdtempSync(join(tmpdir(), 'renderer-failures-'));
  let render: (language: 'zh-CN' | 'en', code: FailureCode) => Promise<string>;

  beforeAll(async () => {
    const root = fileURLToPath(new URL('../../src/renderer', import.meta.url));
    const entry = `${root}/failures-rendered.ts`;
    await build({
      configFile: `${root}/vite.config.ts`,
      plugins: [{ name: 'page', enforce: 'pre', resolveId: (id) => (id === entry ? id : null), load: (id) => (id === entry ? page : null) }],
      build: { ssr: true, outDir: folder, manifest: false, rolldownOptions: { input: entry, output: { entryFileNames: 'page.mjs' } } },
      ssr: { noExternal: true },
      logLevel: 'error',
    });
    ({ render } = (await import(pathToFileURL(join(folder, 'page.mjs')).href)) as { render: typeof render });
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  test.each(['zh-CN', 'en'] as const)('shows every code in %s: what happened, what to do next, the code last', async (language) => {
    const escaped = (text: string): string => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;').replaceAll("'", '&#39;');
    for (const code of failureCodes) {
      const html = await render(language, code);
      const { zh, nextZh, en, nextEn } = failures[code];
      const seen = html.replaceAll(/<[^>]*>/g, ' ');
      const places = [language === 'en' ? en : zh, language === 'en' ? nextEn : nextZh, code].map((text) => seen.indexOf(escaped(text)));
      expect(places, `${code}: ${html}`).toEqual([...places].sort((a, b) => a - b));
      expect(places, code).not.toContain(-1);
      expect(html).toContain('role="alert"');
    }
  });
});
