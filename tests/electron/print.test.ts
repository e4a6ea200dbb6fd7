/** Printing in Electron: the page asks, the host looks at who and what, writes the file that the clerk chose or speaks to the printer, and tells what became of it. */
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { pdfCodes, pdfFonts, pdfImages, pdfPages, pdfText } from '../pdf.js';
import { assembleApp, smallService } from './app-folder.js';
import { eventually, hostLog, inPage, launchElectron, type ElectronRun } from './driver.js';
import { buildPage } from '../built-page.js';

const folder = mkdtempSync(join(tmpdir(), 'rc-electron-print-'));

let run: ElectronRun;

const open = async (...args: string[]): Promise<ElectronRun> => {
  const opened = await launchElectron({ appFolder: join(folder, 'app'), args, env: { RESIDENCE_CARD_SERVICE: smallService } });
  await eventually(() => inPage(opened, 'typeof printSample'), (kind) => kind === 'function', 'the page', 20_000);
  return opened;
};

beforeAll(async () => {
  const built = await buildPage(fileURLToPath(new URL('../renderer/print/page', import.meta.url)));
  assembleApp(join(folder, 'app'), built.folder);
  built.remove();
  run = await open('--mode=counter');
}, 120_000);
afterAll(async () => {
  await run.close();
  rmSync(folder, { recursive: true, force: true });
});

const print = (name: string, to: 'printer' | 'pdf'): Promise<string> => inPage(run, `printSample(${JSON.stringify(name)}, undefined, '${to}')`);
/** The clerk's choice in the system's dialog, which no test can reach. */
const choose = (path: string | null): Promise<void> =>
  run.app.evaluate(({ dialog }, chosen) => {
    (globalThis as { asked?: unknown[] }).asked = [];
    dialog.showSaveDialog = (async (_window: unknown, options: unknown) => {
      (globalThis as { asked?: unknown[] }).asked?.push(options);
      return { canceled: chosen === null, filePath: chosen ?? '' };
    }) as typeof dialog.showSaveDialog;
  }, path);
const ends = (): unknown[] => hostLog(run.data).filter(({ code }) => code === 'PRINT_ENDED').map(({ paper, to, end }) => [paper, to, end]);
const file = (name: string): string => join(run.data, name);

describe('into a file', () => {
  it.each([
    ['acceptance', 'roll-80', 80, undefined, 1, ['受理回执', 'A-2026-000123', 'free of charge']],
    ['hand-over', 'roll-80', 80, undefined, 1, ['领取凭证', '330302202610000017']],
    ['fee', 'roll-80', 80, undefined, 1, ['收费凭证', '20.00']],
    ['move', 'roll-80', 80, undefined, 1, ['居住地址变更', 'later than ten days']],
    ['endorsement', 'roll-80', 80, undefined, 1, ['签注凭单', '2027-11-24']],
    ['missing-papers', 'a4', 210, 297, 1, ['一次性告知', '住所证明']],
    ['registration', 'a4', 210, 297, 1, ['居住登记凭证', 'R-2026-000045']],
    ['refusal', 'a4', 210, 297, 1, ['不予办理', 'Order 663 Art. 2']],
    ['day-report', 'a4', 210, 297, 1, ['日结报表', '138']],
    ['stock-report', 'a4', 210, 297, 1, ['证号段', '412']],
    ['hand-over-list', 'a4', 210, 297, 1, ['待领清单', '欧阳*']],
    ['making-list', 'a4', 210, 297, 2, ['制证清单', 'A-2026-000159']],
    ['card-face', 'id-1', 85.6, 54, 2, ['欧阳明轩', '330324199003070011', '204817', '温州市公安局鹿城区分局']],
    ['card-face-long', 'id-1', 85.6, 54, 2, ['阿卜杜热西提', '330324199003070011', '204817']],
  ] as const)('%s on %s', async (name, paper, width, height, count, words) => {
    const path = file(`${name}.pdf`);
    await choose(path);
    expect(await print(name, 'pdf')).toBe('printed');
    expect(ends().at(-1)).toEqual([paper, 'pdf', 'print-done']);
    const sizes = pdfPages(path);
    expect(sizes).toHaveLength(count);
    for (const { widthMm, heightMm } of sizes) {
      expect(Math.abs(widthMm - width)).toBeLessThan(0.5);
      if (height === undefined) expect(heightMm).toBeGreaterThan(60);
      else expect(Math.abs(heightMm - height)).toBeLessThan(0.5);
    }
    const text = pdfText(path).replaceAll(' ', '');
    for (const word of words) expect(text).toContain(word.replaceAll(' ', ''));
    expect(text).not.toContain('thescreen');
    expect(pdfFonts(path).filter((font) => !font.embedded)).toEqual([]);
    // Nobody else of this machine reads it, and its name says nothing.
    expect(statSync(path).mode & 0o077).toBe(0);
    const asked = await run.app.evaluate(() => (globalThis as { asked?: unknown[] }).asked);
    expect(asked).toEqual([{ defaultPath: expect.stringMatching(new RegExp(`^print-${paper}-\\d{8}-\\d{6}\\.pdf$`)) as string, filters: [{ name: 'PDF', extensions: ['pdf'] }] }]);
    expect(await inPage(run, "document.querySelectorAll('.print-layer').length")).toBe(0);
  }, 30_000);

  it('the card’s code and photo are as sharp as the printer can', () => {
    const path = file('card-face.pdf');
    expect(pdfCodes(path, 2)).toEqual(['330302202610000017']);
    expect(pdfImages(path)).toEqual([expect.objectContaining({ width: 358, height: 441, encoding: 'jpeg' })]);
    expect(pdfImages(path)[0]!.dpi).toBeGreaterThanOrEqual(300);
  });

  it('a dialog that is closed is no failure and leaves no file', async () => {
    await choose(null);
    const before = readdirSync(run.data).length;
    expect(await print('fee', 'pdf')).toBe('printed');
    expect(ends().at(-1)).toEqual(['roll-80', 'pdf', 'print-cancelled']);
    expect(readdirSync(run.data)).toHaveLength(before);
  });

  it('a file that cannot be written is told', async () => {
    await choose('/nowhere/at/all.pdf');
    expect(await print('fee', 'pdf')).toBe('PRINTER_UNAVAILABLE');
    expect(ends().at(-1)).toEqual(['roll-80', 'pdf', 'print-failed']);
    expect(existsSync('/nowhere')).toBe(false);
  });
});

describe('to a printer', () => {
  it('asks for the size of the paper in micrometres, through the dialog where none is set', async () => {
    await run.app.evaluate(({ BrowserWindow }) => {
      const contents = BrowserWindow.getAllWindows()[0]!.webContents;
      (globalThis as { printed?: unknown[] }).printed = [];
      contents.print = ((options: unknown, told: (success: boolean, reason: string) => void) => {
        (globalThis as { printed?: unknown[] }).printed?.push(options);
        told(false, 'Print job canceled');
      });
    });
    for (const name of ['card-face', 'day-report', 'fee']) expect(await print(name, 'printer')).toBe('printed');
    const printed = await run.app.evaluate(() => (globalThis as { printed?: { silent: boolean; pageSize: { width: number; height: number } }[] }).printed ?? []);
    expect(printed.map(({ silent }) => silent)).toEqual([false, false, false]);
    expect(printed.map(({ pageSize }) => pageSize)).toEqual([{ width: 85_600, height: 54_000 }, { width: 210_000, height: 297_000 }, { width: 80_000, height: expect.any(Number) as number }]);
    expect(ends().at(-1)).toEqual(['roll-80', 'printer', 'print-cancelled']);
  });

  it('a printer that is set and not there is told, without a dialog', async () => {
    const other = await open('--mode=counter', '--printer-roll=nowhere');
    try {
      expect(await inPage(other, "printSample('fee', undefined, 'printer')")).toBe('PRINTER_UNAVAILABLE');
      expect(hostLog(other.data).filter(({ code }) => code === 'PRINT_ENDED')).toMatchObject([{ end: 'print-failed' }]);
    } finally {
      await other.close();
    }
  }, 60_000);
});

it('what is no request of printing is refused', async () => {
  const refused = (): number => hostLog(run.data).filter(({ code }) => code === 'PAGE_MESSAGE_REFUSED').length;
  const before = refused();
  for (const request of [{ paper: 'a3', to: 'pdf' }, { paper: 'a4', to: '/etc/passwd' }, { paper: 'a4', to: 'pdf', path: '/tmp/x' }, { paper: 'roll-80', to: 'pdf', lengthMm: 1e9 }, null]) await inPage(run, `residenceCard.print(${JSON.stringify(request)})`);
  await eventually(refused, (count) => count === before + 5, 'five refusals');
  expect(readFileSync(join(run.data, 'logs', 'host.log'), 'utf8')).not.toContain('passwd');
});

it('while a dialog stands open another sheet is refused at once: the end of the first is not taken for its own', async () => {
  await run.app.evaluate(({ dialog }) => {
    dialog.showSaveDialog = (() => new Promise((resolve) => Object.assign(globalThis, { closeDialog: () => resolve({ canceled: true, filePath: '' }) })));
  });
  const known = ends().length;
  const first = inPage(run, "printSample('fee', undefined, 'pdf')");
  await eventually(() => run.app.evaluate(() => typeof (globalThis as { closeDialog?: unknown }).closeDialog), (kind) => kind === 'function', 'the dialog');
  const second = await inPage(run, "new Promise((resolve) => { residenceCard.onHost(resolve); residenceCard.print({ paper: 'a4', to: 'pdf' }); })");
  expect(second).toBe('print-failed');
  await run.app.evaluate(() => (globalThis as unknown as { closeDialog(): void }).closeDialog());
  await first;
  await eventually(() => ends().length, (count) => count === known + 1, 'the end of the first');
  expect(ends().at(-1)).toEqual(['roll-80', 'pdf', 'print-cancelled']);
});

it('at a police desk nothing is printed', async () => {
  const other = await open('--mode=police');
  try {
    expect(await inPage(other, "printSample('fee', undefined, 'pdf')")).toBe('PRINTER_UNAVAILABLE');
    expect(hostLog(other.data).some(({ code }) => code === 'PRINT_ENDED')).toBe(false);
  } finally {
    await other.close();
  }
}, 60_000);
