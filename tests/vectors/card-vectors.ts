import { deriveKeySet, files, permitAid, type CardChannel } from '../../src/card/index.js';
import { EmulatedCard, blankImage } from '../../src/emulator/index.js';
import { encodeCommand, type CommandApdu } from '../../src/iso7816/index.js';
import { filesInHex, number, stream, streamCounters, trustPoint } from './card-fixture.js';
import { bytes, hex, sha256, type VectorFile } from './shared.js';
import { scp03Inputs } from './channel-vectors.js';

export const blankCard = (random?: (length: number) => Uint8Array): EmulatedCard =>
  new EmulatedCard(blankImage({ serial: scp03Inputs.serial, keys: deriveKeySet(scp03Inputs.master, scp03Inputs.serial) }), random === undefined ? {} : { random });

/** A powered card as the terminal's side sees it. */
export function channelOf(card: EmulatedCard): CardChannel {
  const atr = card.powerUp();
  return { atr, transmit: async (command) => card.process(command) ?? new Uint8Array(0) };
}

const header = { cla: 0, ins: 0xcb, p1: 0x3f, p2: 0xff };
const sample = (length: number): Uint8Array => Uint8Array.from({ length }, (_, i) => i & 255);
const forms: readonly (readonly [name: string, command: CommandApdu, extended?: boolean])[] = [
  ['case 1', header],
  ['case 2 short', { ...header, ne: 90 }],
  ['case 2 short, Le 00', { ...header, ne: 256 }],
  ['case 3 short', { ...header, data: sample(3) }],
  ['case 3 short, 255 bytes', { ...header, data: sample(255) }],
  ['case 4 short', { ...header, data: sample(3), ne: 256 }],
  ['case 2 extended', { ...header, ne: 257 }],
  ['case 2 extended, Le 0000', { ...header, ne: 65_536 }],
  ['case 3 extended', { ...header, data: sample(256) }],
  ['case 4 extended', { ...header, data: sample(256), ne: 4_352 }],
  ['case 4 extended, forced', { ...header, data: sample(3), ne: 256 }, true],
];

/** What a blank card answers, byte for byte: selection, an answer in parts (61xx), a chain, and refusals that change nothing. */
const conversation = (): readonly { name: string; command: string; response: string }[] => {
  const card = blankCard();
  card.powerUp();
  const select = { cla: 0, ins: 0xa4, p1: 4, p2: 0, data: permitAid };
  const steps: readonly (readonly [string, CommandApdu])[] = [
    ['SELECT the application', { ...select, ne: 256 }],
    ['SELECT again with Le 05: the rest waits (61xx)', { ...select, ne: 5 }],
    ['GET RESPONSE', { cla: 0, ins: 0xc0, p1: 0, p2: 0, ne: 256 }],
    ['GET DATA in a chain, first part', { ...header, cla: 0x10, data: bytes('5c') }],
    ['GET DATA in a chain, last part', { ...header, data: bytes('01c1'), ne: 256 }],
    ['READ BINARY of EF.Version by SFI', { cla: 0, ins: 0xb0, p1: 0x80 | (files.version.fid & 31), p2: 0, ne: 256 }],
    ['READ BINARY beyond the end', { cla: 0, ins: 0xb0, p1: 0, p2: 0xff, ne: 256 }],
    ['SELECT an unknown application', { ...select, data: bytes('f0000000000001'), ne: 256 }],
    ['unknown instruction', { cla: 0, ins: 0x12, p1: 0, p2: 0 }],
    ['a void card refuses chip authentication', { cla: 0, ins: 0x22, p1: 0x41, p2: 0xa4, data: bytes('800a04007f00070202030202840101') }],
  ];
  return steps.map(([name, command]) => {
    const raw = encodeCommand(command);
    return { name, command: hex(raw), response: hex(card.process(raw) ?? new Uint8Array(0)) };
  });
};

export const apduVectors = (): VectorFile => ({
  title: 'Command APDUs and what a blank card answers',
  specification: 'permit-application.md; ISO/IEC 7816-4 5.1',
  serial: hex(scp03Inputs.serial),
  commands: forms.map(([name, command, extended]) => ({
    name,
    cla: command.cla,
    ins: command.ins,
    p1: command.p1,
    p2: command.p2,
    data: hex(command.data ?? new Uint8Array(0)),
    ne: command.ne ?? 0,
    apdu: hex(encodeCommand(command, { extended })),
  })),
  blankCard: conversation(),
});

export const personalisationVectors = (): VectorFile => ({
  title: 'A whole personalisation stream',
  specification: 'personalisation.md 4',
  permitNumber: number,
  files: filesInHex,
  fileIdentifiers: Object.fromEntries(Object.entries(files).map(([name, file]) => [name, file.fid])),
  counters: streamCounters,
  trustPoint: hex(trustPoint),
  stream: hex(stream),
  sha256: hex(sha256(stream)),
});
