import { concat } from '../iso7816/index.js';
import { sameBytes } from './aes.js';
import { AT } from './memory-map.js';
import type { Change, Nvm } from './nvm.js';

/** A CVCA key that the card believes, and what stands in its certificate. */
export interface TrustPoint {
  /** certificate holder reference, at most 16 bytes */
  readonly reference: Uint8Array;
  /** uncompressed, 65 bytes */
  readonly point: Uint8Array;
  /** YYMMDD in BCD, both days included */
  readonly effective: Uint8Array;
  readonly expires: Uint8Array;
  /** bits of firmware-specs/access.md 4 */
  readonly rights: number;
}

const POINT = 65;
const REFERENCE = 16;
/** length of the reference 1 (0: no trust point), reference 16, point 65, effective 3, expires 3, rights 1 */
const PAGE = 1 + REFERENCE + POINT + 3 + 3 + 1;

/** The two trust points (firmware-specs/terminal-authentication.md 2). */
export class TrustPoints {
  constructor(private readonly nvm: Nvm) {}

  /** Newest first. */
  list(): TrustPoint[] {
    return AT.trustPoints.map((at) => this.nvm.read(at, PAGE)).filter((page) => page[0] !== 0).map(decode);
  }

  find(reference: Uint8Array): TrustPoint | undefined {
    return this.list().find((point) => sameBytes(point.reference, reference));
  }

  /** `point` as the newest; the one before stays beside it, an older one goes. */
  adding(point: TrustPoint): Change[] {
    const [before] = this.list();
    const older = before === undefined ? new Uint8Array(PAGE) : encode(before);
    return [
      { at: AT.trustPoints[0], data: encode(point) },
      { at: AT.trustPoints[1], data: older },
    ];
  }
}

function encode({ reference, point, effective, expires, rights }: TrustPoint): Uint8Array {
  const padded = new Uint8Array(REFERENCE);
  padded.set(reference);
  return concat(Uint8Array.of(reference.length), padded, point, effective, expires, Uint8Array.of(rights));
}

function decode(page: Uint8Array): TrustPoint {
  const at = 1 + REFERENCE + POINT;
  return {
    reference: page.slice(1, 1 + (page[0] ?? 0)),
    point: page.slice(1 + REFERENCE, at),
    effective: page.slice(at, at + 3),
    expires: page.slice(at + 3, at + 6),
    rights: page[at + 6] ?? 0,
  };
}
