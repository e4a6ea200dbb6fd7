import { describe, expect, it } from 'vitest';
import { decodeCommand, encodeCommand } from '../../src/iso7816/index.js';
import { blankCard } from './card-vectors.js';
import { readVectors } from './read.js';
import { bytes, hex } from './shared.js';

interface ApduFile {
  readonly commands: readonly { name: string; cla: number; ins: number; p1: number; p2: number; data: string; ne: number; apdu: string }[];
  readonly blankCard: readonly { name: string; command: string; response: string }[];
}
const file = readVectors<ApduFile>('apdu.json');

describe('apdu.json', () => {
  it.each(file.commands.map((vector) => [vector.name, vector] as const))('%s', (name, { apdu, data, ...fields }) => {
    expect(hex(encodeCommand({ ...fields, data: bytes(data) }, { extended: name.endsWith('forced') ? true : undefined }))).toBe(apdu);
    const { data: decoded = new Uint8Array(0), ne = 0, ...header } = decodeCommand(bytes(apdu));
    expect({ ...header, ne, data: hex(decoded) }).toMatchObject({ cla: fields.cla, ins: fields.ins, p1: fields.p1, p2: fields.p2, ne: fields.ne, data });
  });

  it('a blank card answers byte for byte', () => {
    const card = blankCard();
    card.powerUp();
    for (const { name, command, response } of file.blankCard) expect([name, hex(card.process(bytes(command))!)]).toEqual([name, response]);
  });
});
