/** What is in a PDF, by poppler's programs: another reader than the one that wrote it. */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const run = (program: string, ...args: string[]): string => execFileSync(program, args, { encoding: 'utf8' });

export interface PdfPage {
  readonly widthMm: number;
  readonly heightMm: number;
}

const millimetres = (points: string | undefined): number => (Number(points) * 25.4) / 72;

/** Sizes of all pages. */
export const pdfPages = (file: string): readonly PdfPage[] =>
  [...run('pdfinfo', '-f', '1', '-l', '999', file).matchAll(/^Page\s+\d+ size:\s+([\d.]+) x ([\d.]+) pts/gm)].map(([, width, height]) => ({ widthMm: millimetres(width), heightMm: millimetres(height) }));

/** All text, without the white space that layout puts between glyphs of Chinese. */
export const pdfText = (file: string): string => run('pdftotext', '-raw', file, '-').replaceAll(/\s+/g, ' ');

export interface PdfImage {
  readonly width: number;
  readonly height: number;
  readonly encoding: string;
  readonly dpi: number;
}

export const pdfImages = (file: string): readonly PdfImage[] =>
  run('pdfimages', '-list', file)
    .split('\n')
    .slice(2)
    .map((line) => line.trim().split(/\s+/))
    .filter((cells) => cells.length > 12)
    .map((cells) => ({ width: Number(cells[3]), height: Number(cells[4]), encoding: cells[8] ?? '', dpi: Number(cells[12]) }));

/** Every font of a file, and whether it is embedded. */
export const pdfFonts = (file: string): readonly { readonly name: string; readonly embedded: boolean }[] =>
  run('pdffonts', file)
    .split('\n')
    .slice(2)
    .filter((line) => line !== '')
    .map((line) => ({ name: line.split(/\s+/)[0] ?? '', embedded: /\s(yes|no)\s+(yes|no)\s+(yes|no)\s+\d/.exec(line)?.[1] === 'yes' }));

export const savePdf = (file: string, bytes: Uint8Array): string => {
  writeFileSync(file, bytes);
  return file;
};

/** What the QR codes of a page say, read by zbar from a picture of 300 dpi. */
export const pdfCodes = (file: string, page: number): readonly string[] => {
  const folder = mkdtempSync(join(tmpdir(), 'rc-code-'));
  try {
    run('pdftoppm', '-r', '300', '-png', '-singlefile', '-f', String(page), '-l', String(page), file, join(folder, 'page'));
    return execFileSync('zbarimg', ['-q', '--raw', join(folder, 'page.png')], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }).trim().split('\n');
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
};
