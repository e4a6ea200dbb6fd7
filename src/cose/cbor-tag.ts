/** A tagged data item (RFC 8949 3.4). Tag numbers go up to 2^53 - 1: beyond it a number no longer tells neighbours apart. */
export class CborTag {
  constructor(
    readonly tag: number,
    readonly contents: unknown,
  ) {}
}
