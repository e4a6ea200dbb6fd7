import { concat } from '../iso7816/index.js';
import { MAX_COMMAND, type Received } from './apdu.js';

const CHAINING_BIT = 0x10;
const CLASSES: ReadonlySet<number> = new Set([0x00, 0x0c, 0x80, 0x84]);

/** Command chaining (ISO/IEC 7816-4 5.3.3): the parts of a chain are joined first and then taken as one command, with bit 5 of CLA clear. */
export class Chaining {
  /** The header of the first part and what has been joined. */
  #joined: Received | undefined;

  constructor(private readonly chainable: (cla: number, ins: number) => boolean) {}

  get open(): boolean {
    return this.#joined !== undefined;
  }

  /**
   * A whole command: not chained, or the last of its chain with everything joined. `more`: a part was taken, others follow. Else the status
   * that refuses: 6883 another command inside the chain, 6884 one that is not chained, 6E00 class, 6700 longer than the buffer.
   */
  join(command: Received): Received | 'more' | 0x6883 | 0x6884 | 0x6e00 | 0x6700 {
    const before = this.#joined;
    this.#joined = undefined;
    const cla = command.cla & ~CHAINING_BIT;
    const chained = cla !== command.cla;
    if (before === undefined && !chained) return command;
    if (before !== undefined && !sameHeader(before, { ...command, cla })) return 0x6883;
    if (!CLASSES.has(cla)) return 0x6e00;
    if (!this.chainable(cla, command.ins)) return 0x6884;
    const data = before === undefined ? command.data : concat(before.data, command.data);
    if (data.length > MAX_COMMAND) return 0x6700;
    const joined = { ...command, cla, data };
    if (!chained) return { ...joined, extended: command.extended || data.length > 255 };
    this.#joined = joined;
    return 'more';
  }
}

const sameHeader = (a: Received, b: Received): boolean => a.cla === b.cla && a.ins === b.ins && a.p1 === b.p1 && a.p2 === b.p2;
