/**
 * Builds the renderer to dist/renderer. What it writes runs under a content security policy without `unsafe-*`: no inline script or style, no `data:` address for script or
 * font, no message compiled in the browser.
 */
import VueI18nPlugin from '@intlify/unplugin-vue-i18n/vite';
import vue from '@vitejs/plugin-vue';
import { fileURLToPath } from 'node:url';
import { defineConfig, type Plugin } from 'vite';

const here = (path: string): string => fileURLToPath(new URL(path, import.meta.url));

/** Of the font's faces keep the Chinese and Latin slices as woff2: every browser that this runs in reads woff2, and nobody here writes Vietnamese or Cyrillic. */
const woff2Only: Plugin = {
  name: 'woff2-only',
  enforce: 'pre',
  transform(code, id) {
    if (!/@fontsource\/[^?]*\.css/.test(id)) return undefined;
    const faces = code.match(/@font-face\s*\{[^}]*\}/g) ?? [];
    const kept = faces.filter((face) => !/-(cyrillic|vietnamese)-/.test(face)).map((face) => face.replace(/,\s*url\([^)]*\.woff\) format\('woff'\)/, ''));
    return { code: kept.join('\n'), map: null };
  },
};

export default defineConfig(({ isSsrBuild }) => ({
  root: here('.'),
  base: './',
  publicDir: here('public'),
  plugins: [
    woff2Only,
    vue({ features: { optionsAPI: false } }),
    VueI18nPlugin({ include: [here('i18n/zh-CN/*.ts'), here('i18n/en/*.ts')], runtimeOnly: true, compositionOnly: true, fullInstall: false, dropMessageCompiler: true, strictMessage: true }),
  ],
  build: {
    outDir: here('../../dist/renderer'),
    emptyOutDir: true,
    target: 'chrome114',
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    cssCodeSplit: true,
    reportCompressedSize: false,
    rolldownOptions: {
      // The clerk's page, and the holder's keypad beside it.
      ...(isSsrBuild === true ? {} : { input: [here('index.html'), here('keypad.html')] }),
      // Schemas come with what uses them, not with the tables that stand beside them.
      treeshake: { moduleSideEffects: [{ test: /src\/contract\//, sideEffects: false }] },
      // Both pages have the words: of all that they share, the part that only grows; each language apart.
      output: { codeSplitting: { groups: [{ name: 'words-zh', test: /src\/renderer\/i18n\/zh-CN\// }, { name: 'words-en', test: /src\/renderer\/i18n\/en\// }] } },
    },
    manifest: 'manifest.json',
  },
}));
