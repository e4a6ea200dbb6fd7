/**
 * Printing from a screen: `print(document)` draws it into the print layer and hands it to the printer, or into a file. In Electron the host prints; in a browser the browser's own
 * dialog opens. What was printed is taken off the page at once.
 */
import { nextTick, ref, shallowRef, type Ref, type ShallowRef } from 'vue';
import { failed, type Failure, type HostEvent, type Outcome, type Paper, type PrintRequest } from '../../contract/index.js';
import { useService } from '../service/use-service.js';
import { paperOf, type PrintDocument } from './documents.js';
import { printJob, type Laid } from './print-job.js';

export interface PrintOptions {
  /** the document's own unless stated */
  readonly paper?: Paper;
  /** the printer unless stated. A browser asks in its own dialog */
  readonly to?: 'printer' | 'pdf';
}

export interface PrintUse {
  /** Settles when it was printed, or was not: then `failure` says why. A dialog that was closed is no failure. While another screen's sheet is printed this one waits; asked again meanwhile it is printed once. */
  print(document: PrintDocument, options?: PrintOptions): Promise<void>;
  readonly busy: Ref<boolean>;
  /** PRINTER_UNAVAILABLE, GLYPH_MISSING */
  readonly failure: ShallowRef<Failure | null>;
}

type PrintEnd = Extract<HostEvent, `print-${string}`>;
const isPrintEnd = (event: HostEvent): event is PrintEnd => event.startsWith('print-');

/** One sheet after the other, whoever asks: a receipt that is due while a list is at the printer is printed after it. */
let turn: Promise<unknown> = Promise.resolve();

const inBrowser = (): Promise<PrintEnd> =>
  new Promise((resolve) => {
    // Told when the dialog is closed, whatever was chosen there: nobody can know more.
    window.addEventListener('afterprint', () => resolve('print-done'), { once: true });
    window.print();
  });

export const usePrint = (): PrintUse => {
  const service = useService();
  const busy = ref(false);
  const failure: ShallowRef<Failure | null> = shallowRef(null);

  const byHost = (print: (request: PrintRequest) => void, request: PrintRequest): Promise<PrintEnd> =>
    new Promise((resolve) => {
      const end = service.onHost((event) => {
        if (!isPrintEnd(event)) return;
        end();
        resolve(event);
      });
      print(request);
    });

  const lay = (document: PrintDocument, paper: Paper): Promise<Outcome<Laid>> =>
    new Promise((resolve) => {
      printJob.value = { document, paper, laid: resolve };
    });

  const printNow = async (document: PrintDocument, { paper = paperOf[document.document], to = 'printer' }: PrintOptions): Promise<void> => {
    try {
      const laid = await lay(document, paper);
      if (!laid.ok) {
        failure.value = laid;
        return;
      }
      const bridge = window.residenceCard;
      const { lengthMm } = laid.value;
      const request: PrintRequest = { paper, to, ...(lengthMm === undefined ? {} : { lengthMm }) };
      const end = await (bridge === undefined ? inBrowser() : byHost((asked) => bridge.print(asked), request));
      if (end === 'print-failed') failure.value = failed('PRINTER_UNAVAILABLE');
    } finally {
      printJob.value = null;
      // The next sheet is laid when this one is off the page.
      await nextTick();
    }
  };

  return {
    busy,
    failure,
    print: async (document, options = {}) => {
      if (busy.value) return;
      busy.value = true;
      failure.value = null;
      const mine = turn.then(() => printNow(document, options));
      turn = mine.catch(() => undefined);
      await mine.finally(() => (busy.value = false));
    },
  };
};
