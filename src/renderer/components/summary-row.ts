/** A line of a summary list. */
export interface SummaryRow {
  readonly key: string;
  readonly words: string;
  /** null: nothing yet */
  readonly value: string | null;
  readonly differs?: boolean | undefined;
  /** no link although the others have one */
  readonly fixed?: boolean | undefined;
}
