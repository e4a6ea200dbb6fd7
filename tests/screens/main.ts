import { existsSync, mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Page } from 'playwright-core';
import { sizes } from '../e2e/chromium.js';
import { everyScene, Scenery, type NamedScene } from '../e2e/scenes/index.js';
import { clearStage, type StageName } from '../e2e/template.js';
import { Camera } from './camera.js';
import { indexText, languageNames, languages, pictureFile, pictures, sheets, sizesOfScreen } from './plan.js';

/**
 * `npm run screens`: photographs every state of every screen into docs/screens; names of scenes (`police-valid`) make those alone, `failures` the sheets of codes. `-- --check` makes
 * nothing and fails when a picture is missing or one too many lies there.
 */
const folder = fileURLToPath(new URL('../../../docs/screens', import.meta.url));
const say = (text: string): void => void process.stderr.write(`screens: ${text}\n`);
const camera = new Camera();

const write = (file: string, bytes: Uint8Array | string): void => {
  mkdirSync(dirname(join(folder, file)), { recursive: true });
  writeFileSync(join(folder, file), bytes);
};

const wantedFiles = (): Set<string> => new Set([...pictures().map(({ file }) => file), ...sheets().map(({ file }) => file), 'README.md']);
const filesThere = (): string[] =>
  existsSync(folder) ? readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile()).map((entry) => relative(folder, join(entry.parentPath, entry.name))) : [];

/** One line a picture that is missing or one too many, and the index when it says something else than the screens. */
const complaints = (): string[] => {
  const [wanted, there] = [wantedFiles(), new Set(filesThere())];
  const index = there.has('README.md') && readFileSync(join(folder, 'README.md'), 'utf8') !== indexText() ? ['README.md is not the index of these screens'] : [];
  return [...[...wanted].filter((file) => !there.has(file)).map((file) => `missing: ${file}`), ...[...there].filter((file) => !wanted.has(file)).map((file) => `one too many: ${file}`), ...index];
};

const photograph = async (scenery: Scenery, screen: string, state: string): Promise<void> => {
  const { page } = scenery;
  for (const language of languageNames) {
    await scenery.language(languages[language]);
    for (const size of sizesOfScreen(screen)) {
      await page.setViewportSize(sizes[size]);
      await scenery.settled();
      write(pictureFile(screen, state, language, size), await camera.take(page, 2 / 3));
    }
  }
  await page.setViewportSize(sizes.landscape);
  await scenery.language('zh-CN');
};

const makeScene = async (scenery: Scenery, { screen, state, scene }: NamedScene): Promise<boolean> => {
  const name = `${screen}-${state}`;
  const reached = await scene
    .play(scenery)
    .then(() => photograph(scenery, screen, state))
    .then(() => true)
    .catch(async (error: unknown) => {
      say(`${name} was not reached: ${error instanceof Error ? error.message : String(error)}`);
      const picture = `/tmp/screens-${name}.png`;
      await scenery.page.screenshot({ path: picture }).then(() => say(picture), () => undefined);
      await scenery.closeApp().catch(() => undefined);
      return false;
    });
  if (reached) say(name);
  scenery.thaw();
  await scene.clear?.(scenery).catch((error: unknown) => say(`${name} was not put back: ${String(error)}`));
  return reached;
};

const makeScenes = async (sceneries: Sceneries, named: readonly string[]): Promise<string[]> => {
  const failed: string[] = [];
  for (const each of everyScene()) {
    const name = `${each.screen}-${each.state}`;
    const asked = named.length === 0 || named.includes(name) || named.includes(each.screen);
    if (asked && !(await makeScene(await sceneries.of(each), each))) failed.push(name);
  }
  return failed;
};

const card = { width: 800, height: 480 } as const;

const sheetOf = async (paper: Page, codes: readonly string[], shots: ReadonlyMap<string, Uint8Array>): Promise<Uint8Array> => {
  const cells = codes.map((code) => `<figure><img src="data:image/webp;base64,${Buffer.from(shots.get(code) ?? new Uint8Array()).toString('base64')}"></figure>`);
  await paper.setViewportSize({ width: 1920, height: Math.ceil(codes.length / 4) * 288 });
  await paper.setContent(`<style>body{margin:0;display:grid;grid-template-columns:repeat(4,480px);background:#888}figure{margin:0;width:478px;height:287px}img{width:478px;height:287px}</style>${cells.join('')}`);
  await paper.evaluate(() => Promise.all([...(globalThis as unknown as { document: { images: Iterable<{ decode(): Promise<void> }> } }).document.images].map((image) => image.decode())));
  return camera.take(paper, 1);
};

const makeSheets = async (scenery: Scenery): Promise<void> => {
  await scenery.waiting();
  const { page } = scenery;
  const paper = await scenery.newPaper();
  await page.setViewportSize(card);
  for (const language of languageNames) {
    await scenery.language(languages[language]);
    for (const { codes, file } of sheets().filter((sheet) => sheet.language === language)) {
      const shots = new Map<string, Uint8Array>();
      for (const code of codes) {
        await scenery.go(`/failure/${code}`);
        await page.locator(`[data-code="${code}"]`).waitFor();
        await scenery.settled(80);
        shots.set(code, await camera.take(page, 0.75, 90));
      }
      write(file, await sheetOf(paper, codes, shots));
      say(file);
    }
  }
  await paper.close();
};

/** One for each stage that is asked for. At a counter each screen has a world of its own: what one leaves in the lists would be in the way of another. */
class Sceneries {
  readonly #open = new Map<StageName, Scenery>();
  #counterScreen: string | undefined;

  async of({ stage, screen }: NamedScene): Promise<Scenery> {
    if (stage === 'counter' && screen !== this.#counterScreen) {
      await this.#open.get(stage)?.close();
      this.#open.delete(stage);
      this.#counterScreen = screen;
    }
    return this.get(stage);
  }

  async get(stage: StageName): Promise<Scenery> {
    const open = this.#open.get(stage) ?? (await Scenery.open({ run: process.pid, stage }));
    this.#open.set(stage, open);
    return open;
  }

  async close(): Promise<void> {
    for (const scenery of this.#open.values()) await scenery.close();
    clearStage(process.pid);
  }
}

const make = async (named: readonly string[]): Promise<string[]> => {
  const sceneries = new Sceneries();
  try {
    const failed = named.length > 0 && named.every((name) => name === 'failures') ? [] : await makeScenes(sceneries, named.filter((name) => name !== 'failures'));
    if (named.length === 0 || named.includes('failures')) await makeSheets(await sceneries.get('police'));
    return failed;
  } finally {
    await sceneries.close();
  }
};

const words = process.argv.slice(2);
if (words.includes('--check')) {
  const found = complaints();
  for (const complaint of found) say(complaint);
  process.exitCode = found.length === 0 ? 0 : 1;
} else {
  const failed = await make(words);
  for (const file of filesThere()) if (!wantedFiles().has(file)) rmSync(join(folder, file));
  write('README.md', indexText());
  if (failed.length > 0) say(`not reached: ${failed.join(', ')}`);
  process.exitCode = failed.length === 0 ? 0 : 1;
}
