import type { CardChannel } from '../../src/card/index.js';
import { fromHex, toHex } from '../../src/iso7816/index.js';

/** A card that answers exact bytes to exact bytes, in order; `??` in an expected command stands for any byte. */
export function scripted(script: readonly (readonly [command: string, answer: string])[], extendedLength = true): CardChannel & { readonly left: () => number } {
  const lines = [...script];
  return {
    atr: new Uint8Array(),
    extendedLength,
    left: () => lines.length,
    transmit: (command) => {
      const [expected, answer] = lines.shift() ?? ['nothing', ''];
      const pattern = new RegExp(`^${expected.replaceAll(' ', '').replaceAll('??', '..')}$`, 'i');
      if (!pattern.test(toHex(command))) return Promise.reject(new Error(`expected ${expected}, got ${toHex(command)}`));
      return Promise.resolve(fromHex(answer));
    },
  };
}

/** SELECT and the FCI of the reference card in a life-cycle state, as script lines. */
export const selectLine = (lifeCycle: string): readonly [string, string] => [
  '00A40400 06 F0575A525001 00',
  `6F 25 84 06 F0575A525001 8A 01 ${lifeCycle} 7F66 08 0202 0480 0202 1100 A5 0D 80020100 810101 820101 830103 9000`,
];
