/** What is done to a sheet between its drawing and the printer: fonts and pictures are waited for, long texts are made to fit, the size of the page is told to the printer. */
import { done, failed, type Outcome, type Paper } from '../../contract/index.js';
import { hasGlyphs } from './glyphs.js';
import type { Laid } from './print-job.js';

const millimetresPerPixel = 25.4 / 96;
const smallest = 0.55;
const step = 0.05;

/** Long names and addresses make the type of their face smaller, all of it alike, until everything is there. False: it does not fit at the smallest. */
const fit = (sheet: HTMLElement): boolean =>
  [...sheet.querySelectorAll<HTMLElement>('[data-fit]')].every((part) => {
    for (let scale = 1; scale >= smallest - step / 2; scale -= step) {
      part.style.setProperty('--fit', scale.toFixed(2));
      if (part.scrollHeight <= part.clientHeight && part.scrollWidth <= part.clientWidth) return true;
    }
    return false;
  });

const pageSheet = new CSSStyleSheet();

/** `@page` has no way to ask the content: a roll is cut where the slip ends. */
const pageSize = (paper: Paper, lengthMm: number): string => ({ a4: 'size:210mm 297mm;margin:15mm', 'roll-80': `size:80mm ${lengthMm}mm;margin:0`, 'id-1': 'size:85.6mm 54mm;margin:0' })[paper];

export const lay = async (sheet: HTMLElement, paper: Paper): Promise<Outcome<Laid>> => {
  const text = sheet.textContent;
  const { fontFamily } = getComputedStyle(sheet);
  await Promise.all([400, 600].map((weight) => document.fonts.load(`${weight} 16px ${fontFamily}`, text)));
  // A picture that cannot be shown is no reason to wait; the host's own check of a photo was before.
  await Promise.all([...sheet.querySelectorAll('img')].map((picture) => picture.decode().catch(() => undefined)));
  if (!hasGlyphs(text, fontFamily)) return failed('GLYPH_MISSING');
  if (!fit(sheet)) return failed('INPUT_INVALID', 'card-face');
  // One more, so that rounding never begins a second piece of paper.
  const lengthMm = Math.ceil(sheet.scrollHeight * millimetresPerPixel) + 1;
  pageSheet.replaceSync(`@page{${pageSize(paper, lengthMm)}}`);
  if (!document.adoptedStyleSheets.includes(pageSheet)) document.adoptedStyleSheets = [...document.adoptedStyleSheets, pageSheet];
  return done(paper === 'roll-80' ? { lengthMm } : {});
};
