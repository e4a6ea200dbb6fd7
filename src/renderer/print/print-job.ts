/** The one thing that is being printed: put here by `usePrint`, drawn by the print layer, which says when it stands on the page or why it cannot. */
import { shallowRef } from 'vue';
import type { Outcome, Paper } from '../../contract/index.js';
import type { PrintDocument } from './documents.js';

/** `lengthMm`: of the sheet, where the paper is a roll. */
export interface Laid {
  readonly lengthMm?: number | undefined;
}

export interface PrintJob {
  readonly document: PrintDocument;
  readonly paper: Paper;
  /** Told once by the layer: it stands there, with its fonts and pictures; or what is missing. */
  laid(outcome: Outcome<Laid>): void;
}

export const printJob = shallowRef<PrintJob | null>(null);
