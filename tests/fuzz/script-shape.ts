import { concat } from '../../src/iso7816/index.js';
import { mutateBytes, type Mutation } from './mutation.js';

/** One line of a script: what is done (`kind`), where (`at`), and bytes. */
export interface Line {
  readonly kind: number;
  readonly at: number;
  readonly data: Uint8Array;
}
/** An input that is a script: one byte that chooses the scene, then lines. */
export interface Script {
  readonly scene: number;
  readonly lines: readonly Line[];
}

/** Any bytes are a script: what is cut short ends it. */
export function readScript(bytes: Uint8Array): Script {
  const lines: Line[] = [];
  let at = 1;
  while (at + 4 <= bytes.length) {
    const length = ((bytes[at + 2] ?? 0) << 8) | (bytes[at + 3] ?? 0);
    lines.push({ kind: bytes[at] ?? 0, at: bytes[at + 1] ?? 0, data: bytes.slice(at + 4, at + 4 + length) });
    at += 4 + length;
  }
  return { scene: bytes[0] ?? 0, lines };
}

export const writeScript = ({ scene, lines }: Script): Uint8Array =>
  concat(Uint8Array.of(scene), ...lines.map(({ kind, at, data }) => concat(Uint8Array.of(kind, at, data.length >> 8, data.length & 255), data)));

/** Changes lines as lines, and their data by `inner`. `kinds` are the kinds that mean something, `places` bounds `at`. */
export const mutateScript =
  (inner: Mutation, kinds: readonly number[], places: number, scenes: number): Mutation =>
  (input, other, random) => {
    if (random.oneIn(40)) return mutateBytes(input, other, random);
    const script = readScript(input);
    const lines = [...script.lines];
    const donors = readScript(other).lines;
    let { scene } = script;
    const at = random.below(lines.length);
    const line = lines[at];
    const donor = donors[random.below(donors.length)];
    switch (random.below(12)) {
      case 0:
        scene = random.below(scenes);
        break;
      case 1:
        lines.splice(at, 1);
        break;
      case 2:
        if (line !== undefined) lines.splice(random.below(lines.length + 1), 0, line);
        break;
      case 3:
        if (donor !== undefined) lines.splice(random.below(lines.length + 1), 0, donor);
        break;
      case 4:
        if (donor !== undefined) lines.splice(at, 1, donor);
        break;
      case 5:
        if (line !== undefined) lines[at] = { ...line, kind: random.pick(kinds) };
        break;
      case 6:
        if (line !== undefined) lines[at] = { ...line, at: random.oneIn(2) ? random.below(places) : Math.max(0, line.at + random.below(3) - 1) };
        break;
      case 7:
        lines.push(...donors.slice(random.below(donors.length)));
        break;
      default:
        if (line !== undefined) lines[at] = { ...line, data: inner(line.data, donor?.data ?? new Uint8Array(), random).slice(0, 0xffff) };
    }
    return writeScript({ scene, lines: lines.slice(0, 64) });
  };
