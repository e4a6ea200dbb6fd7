/** Every document of the counter as Chromium prints it: the size of the paper, every word, the picture at its own pixels. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { launchChromium } from '../../e2e/chromium.js';
import { pdfCodes, pdfFonts, pdfImages, pdfPages, pdfText, savePdf } from '../../pdf.js';
import { buildPage, servePage, type BuiltPage, type ServedPage } from '../../built-page.js';
import { samples, type SampleName } from './samples.js';

const kept = process.env['PRINT_PICTURES'];
const folder = kept ?? mkdtempSync(join(tmpdir(), 'rc-print-pdf-'));
let built: BuiltPage;
let served: ServedPage;
let browser: Browser;
let page: Page;
const complaints: string[] = [];

beforeAll(async () => {
  built = await buildPage(fileURLToPath(new URL('page', import.meta.url)));
  served = await servePage(built.folder);
  browser = await launchChromium();
}, 120_000);
afterAll(async () => {
  await browser.close();
  served.close();
  built.remove();
  if (kept === undefined) rmSync(folder, { recursive: true, force: true });
});
afterEach(() => page.close());
beforeEach(async () => {
  page = await browser.newPage();
  complaints.length = 0;
  page.on('console', (message) => {
    if (message.type() === 'error') complaints.push(message.text());
  });
  page.on('pageerror', (error) => complaints.push(error.message));
  await page.goto(served.address);
});

const call = (name: SampleName, paper?: string): Promise<string> => page.evaluate(([sample, on]) => (globalThis as unknown as { printSample(...args: unknown[]): Promise<string> }).printSample(sample, on), [name, paper] as const);

/** Printed into a file of the folder; Chromium itself tells the page that it was. */
const printed = async (name: SampleName, paper?: string): Promise<string> => {
  const end = call(name, paper);
  await page.waitForSelector('html[data-printing]', { timeout: 15_000 });
  const bytes = await page.pdf({ preferCSSPageSize: true, printBackground: true });
  expect(await end).toBe('printed');
  expect(await page.locator('.print-layer').count()).toBe(0);
  expect(complaints).toEqual([]);
  return savePdf(join(folder, `${name}${paper === undefined ? '' : `-${paper}`}.pdf`), bytes);
};

const slips = ['acceptance', 'hand-over', 'fee', 'move', 'endorsement'] as const;
const sheets = ['missing-papers', 'registration', 'refusal', 'day-report', 'stock-report', 'hand-over-list', 'making-list'] as const;
const words: Readonly<Record<(typeof slips)[number] | (typeof sheets)[number], readonly string[]>> = {
  acceptance: ['受理回执', 'Receipt of an application', 'A-2026-000123', '2026-12-09', '免费', 'free of charge', '首次申领', '一次性告知单'],
  'hand-over': ['领取凭证', '330302202610000017', '5678', '已收回', 'returned', '已由本人设定', 'set by the holder', '签名'],
  fee: ['收费凭证', 'F-2026-000007', '20.00 元', '20.00 yuan', '换领'],
  move: ['居住地址变更', '样例鞋业有限公司', '2026-11-10', '已超过十日', 'later than ten days'],
  endorsement: ['签注凭单', '2027-11-24', '居住年限起算日', 'Years count from'],
  'missing-papers': ['一次性告知', '本人相片', '住所证明', '代办委托书', 'Nothing else will be asked for'],
  registration: ['居住登记凭证', 'R-2026-000045', '330324199003070011', '样例路88号'],
  refusal: ['不予办理', '居住登记未满半年', 'Order 663 Art. 2', '行政复议', 'administrative reconsideration'],
  'day-report': ['日结报表', '3 笔，60.00 元', '50.00 元', '−10.00', '138', '主管签名', 'Supervisor'],
  'stock-report': ['证号段', '鹿城区 330302', '412', '97', '5678', '写卡'],
  'hand-over-list': ['待领清单', '330302202610000017', '欧阳*', '11'],
  'making-list': ['制证清单', 'A-2026-000100', 'A-2026-000159', '共 60 件', '60 in all'],
};

const squeezed = (text: string): string => text.replaceAll(' ', '');
const contains = (text: string, wanted: readonly string[]): void => {
  for (const word of wanted) expect(squeezed(text)).toContain(squeezed(word));
};
/** Common to all: office, who printed it, the warning of a test environment; nothing of the screen. */
const everySheet = (text: string): void => {
  contains(text, ['样例窗口', 'W-017', '测试环境，无效', 'not valid']);
  expect(text).not.toContain('the screen');
};

describe('slips on a roll of 80 mm', () => {
  it.each(slips)('%s: one piece, as long as it must be', async (name) => {
    const file = await printed(name);
    const pages = pdfPages(file);
    expect(pages).toHaveLength(1);
    expect(pages[0]!.widthMm).toBeCloseTo(80, 0);
    expect(pages[0]!.heightMm).toBeGreaterThan(60);
    expect(pages[0]!.heightMm).toBeLessThan(260);
    contains(pdfText(file), words[name]);
    everySheet(pdfText(file));
  });
});

describe('sheets of A4', () => {
  it.each([...sheets, ...slips])('%s', async (name) => {
    const file = await printed(name, 'a4');
    for (const { widthMm, heightMm } of pdfPages(file)) {
      expect(widthMm).toBeCloseTo(210, 0);
      expect(heightMm).toBeCloseTo(297, 0);
    }
    contains(pdfText(file), words[name]);
    everySheet(pdfText(file));
    expect(pdfFonts(file).filter((font) => !font.embedded)).toEqual([]);
  });

  it('a list longer than a page goes on with its head', async () => {
    const file = await printed('making-list');
    expect(pdfPages(file).length).toBeGreaterThan(1);
    expect(squeezed(pdfText(file)).split('受理单号').length - 1).toBe(pdfPages(file).length);
  });
});

describe('the faces of the card', () => {
  it.each(['card-face', 'card-face-long'] as const)('%s: two pages of exactly ID-1 with everything that the law names', async (name) => {
    const file = await printed(name);
    const pages = pdfPages(file);
    expect(pages).toHaveLength(2);
    for (const { widthMm, heightMm } of pages) {
      expect(Math.abs(widthMm - 85.6)).toBeLessThan(0.2);
      expect(Math.abs(heightMm - 54)).toBeLessThan(0.2);
    }
    const sample = samples[name];
    contains(pdfText(file), [sample.name, '男', sample.ethnicGroup, '1990.03.07', sample.idNumber, sample.registeredAddress, sample.residenceAddress, sample.issuer, '2026.11.24', sample.permitNumber, sample.can]);
    contains(pdfText(file), [name === 'card-face' ? '浙江省居住证' : '浙江省临时居住证', '公民身份号码', '常住户口所在地住址', '签发机关']);
    expect(pdfFonts(file).filter((font) => !font.embedded)).toEqual([]);
    expect(pdfCodes(file, 2)).toEqual([sample.permitNumber]);
  });

  it('the photo keeps its pixels, at 350 dpi, as the JPEG that it was', async () => {
    const [photo, ...others] = pdfImages(await printed('card-face'));
    expect(others).toEqual([]);
    expect(photo).toMatchObject({ width: 358, height: 441, encoding: 'jpeg' });
    expect(photo!.dpi).toBeGreaterThanOrEqual(300);
  });

  it('a character that no font has is refused before anything is printed', async () => {
    expect(await call('card-face-missing')).toBe('GLYPH_MISSING');
    expect(await page.locator('.print-layer').count()).toBe(0);
  });

  it('a rare one that a font has is printed', async () => {
    expect(squeezed(pdfText(await printed('card-face-rare')))).toContain('䶮');
  });
});

it('one sheet after the other: what is asked for while another is printed is printed after it, and nothing twice', async () => {
  const ends = page.evaluate(() => (globalThis as unknown as { printBoth(...args: unknown[]): Promise<string[]> }).printBoth('day-report', 'fee'));
  const next = async (): Promise<string> => {
    await page.waitForSelector('html[data-printing]', { timeout: 15_000 });
    const drawn = await page.locator('.print-layer').getAttribute('data-document');
    await page.pdf({ preferCSSPageSize: true, printBackground: true });
    return drawn ?? '';
  };
  const first = await next();
  await page.waitForSelector('.print-layer[data-document="fee"]', { state: 'attached', timeout: 15_000 });
  expect([first, await next()]).toEqual(['day-report', 'fee']);
  expect(await ends).toEqual(['printed', 'printed']);
  expect(await page.locator('.print-layer').count()).toBe(0);
  expect(complaints).toEqual([]);
});
