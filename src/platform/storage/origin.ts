/** The columns that name a captured record, in the order of every key that is made of them. */
export interface OriginColumns {
  readonly origin_terminal: string;
  readonly origin_epoch: number;
  readonly origin_seq: number;
}
export const originOf = (row: OriginColumns): [string, number, number] => [row.origin_terminal, row.origin_epoch, row.origin_seq];
