/** A line of an error summary. */
export interface ErrorLine {
  /** id of the field's element; null: there is no field to go to here */
  readonly fieldId: string | null;
  readonly words: string;
  /** whatever its screen knows it by */
  readonly path?: string;
}
