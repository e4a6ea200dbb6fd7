/**
 * Cards made one after the other: a blank is put down, is written, is taken away, and the next one comes. Pure; who shows it starts the runs. `failed`: the card in hand stays the same case until it was
 * tried again or passed over.
 */
export type BatchPhase = 'put' | 'writing' | 'take' | 'failed' | 'done';

export interface Made {
  readonly receipt: string;
  readonly permitNumber: string;
}

export interface Batch {
  readonly receipts: readonly string[];
  readonly at: number;
  readonly phase: BatchPhase;
  readonly made: readonly Made[];
  readonly passed: readonly string[];
}

export type BatchEvent = { readonly event: 'card-in' } | { readonly event: 'card-out' } | { readonly event: 'made'; readonly permitNumber: string } | { readonly event: 'failed' } | { readonly event: 'again' } | { readonly event: 'pass' };

export const newBatch = (receipts: readonly string[]): Batch => ({ receipts, at: 0, phase: receipts.length === 0 ? 'done' : 'put', made: [], passed: [] });

export const currentOf = ({ receipts, at, phase }: Batch): string | undefined => (phase === 'done' ? undefined : receipts[at]);

const next = (batch: Batch): Batch => ({ ...batch, at: batch.at + 1, phase: batch.at + 1 < batch.receipts.length ? 'put' : 'done' });

export const batchAfter = (batch: Batch, event: BatchEvent): Batch => {
  const receipt = currentOf(batch);
  if (receipt === undefined) return batch;
  switch (event.event) {
    case 'card-in':
      return batch.phase === 'put' ? { ...batch, phase: 'writing' } : batch;
    case 'made':
      return batch.phase === 'writing' ? { ...batch, phase: 'take', made: [...batch.made, { receipt, permitNumber: event.permitNumber }] } : batch;
    case 'failed':
      return batch.phase === 'writing' ? { ...batch, phase: 'failed' } : batch;
    case 'again':
      return batch.phase === 'failed' ? { ...batch, phase: 'writing' } : batch;
    case 'card-out':
      return batch.phase === 'take' ? next(batch) : batch;
    case 'pass':
      return batch.phase === 'put' || batch.phase === 'failed' ? next({ ...batch, passed: [...batch.passed, receipt] }) : batch;
  }
};
