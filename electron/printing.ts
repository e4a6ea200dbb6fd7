/**
 * What the page asks to be printed: to the printer that this terminal has for such paper, else through the system's dialog; or into a file where the clerk chooses. One at a time. What stands on the page is the
 * page's matter: sizes of paper are the same on both sides, and a name of a file says nothing of what is in it.
 */
import { writeFile } from 'node:fs/promises';
import { dialog, type BrowserWindow } from 'electron';
import type { HostEvent, Paper, PrintRequest } from '../src/contract/index.js';
import type { HostLog } from './host-log.js';

/** Names of printers as the system has them, by paper. */
export type Printers = Readonly<Partial<Record<Paper, string>>>;
type PrintEnd = Extract<HostEvent, `print-${string}`>;

const micrometres = 1_000;
const inch = 25_400;
/** Width and height in micrometres. A roll without a length is as long as A4. */
const sizeOf = ({ paper, lengthMm = 297 }: PrintRequest): { readonly width: number; readonly height: number } =>
  ({ a4: { width: 210_000, height: 297_000 }, 'roll-80': { width: 80_000, height: lengthMm * micrometres }, 'id-1': { width: 85_600, height: 54_000 } })[paper];

const fileName = (paper: Paper, now = new Date()): string => `print-${paper}-${now.toISOString().slice(0, 19).replaceAll(/[-:]/g, '').replace('T', '-')}.pdf`;

export class Printing {
  readonly #log: HostLog;
  readonly #printers: Printers;
  #busy = false;

  constructor(log: HostLog, printers: Printers) {
    this.#log = log;
    this.#printers = printers;
  }

  get busy(): boolean {
    return this.#busy;
  }

  async print(window: BrowserWindow, request: PrintRequest): Promise<PrintEnd> {
    this.#busy = true;
    const { paper, to } = request;
    try {
      const end = to === 'pdf' ? await this.#toFile(window, request) : await this.#toPrinter(window, request);
      this.#log.write('PRINT_ENDED', { paper, to, end });
      return end;
    } catch {
      this.#log.write('PRINT_ENDED', { paper, to, end: 'print-failed' });
      return 'print-failed';
    } finally {
      this.#busy = false;
    }
  }

  #toPrinter(window: BrowserWindow, request: PrintRequest): Promise<PrintEnd> {
    const deviceName = this.#printers[request.paper];
    return new Promise((resolve) => {
      window.webContents.print({ ...(deviceName === undefined ? { silent: false } : { silent: true, deviceName }), printBackground: true, pageSize: sizeOf(request) }, (success, reason) => {
        resolve(success ? 'print-done' : /cancel/i.test(reason) ? 'print-cancelled' : 'print-failed');
      });
    });
  }

  async #toFile(window: BrowserWindow, request: PrintRequest): Promise<PrintEnd> {
    const { canceled, filePath } = await dialog.showSaveDialog(window, { defaultPath: fileName(request.paper), filters: [{ name: 'PDF', extensions: ['pdf'] }] });
    if (canceled || filePath === '') return 'print-cancelled';
    const { width, height } = sizeOf(request);
    const pdf = await window.webContents.printToPDF({ printBackground: true, preferCSSPageSize: true, pageSize: { width: width / inch, height: height / inch } });
    await writeFile(filePath, pdf, { mode: 0o600 });
    return 'print-done';
  }
}
