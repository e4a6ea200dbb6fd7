import { isDeepStrictEqual } from 'node:util';
import {
  ApduError, concat, decodeCommand, decodeResponse, encodeCommand, encodeFci, encodeFcp, encodeResponse, encodeTlv, equal, findTlv, fromHex, parseFci, parseFcp, parseTlv,
  saysExtendedLength, statusFamily, statusText, TlvError, type Tlv,
} from '../../../src/iso7816/index.js';
import { ATR } from '../../../src/emulator/index.js';
import { readVectors } from '../../vectors/read.js';
import { declared, holds, type Target } from '../target.js';
import { mutateTlv } from '../tlv-shape.js';

const encoded = ({ tag, value, children }: Tlv): Uint8Array => encodeTlv(tag, children === undefined ? value : children.map(encoded));
const encodedList = (list: readonly Tlv[]): Uint8Array => concat(...list.map(encoded));

/** Accepted by the strict parser: one encoding only. By the lenient one: the encoder makes the strict form of the same objects. */
function dataObjects(input: Uint8Array): void {
  const strict = declared(() => parseTlv(input, { strict: true }), TlvError);
  const lenient = declared(() => parseTlv(input), TlvError);
  if (strict !== undefined) {
    holds(equal(encodedList(strict), input), 'strict BER-TLV is encoded as it was read');
    holds(isDeepStrictEqual(lenient, strict), 'the lenient parser reads what the strict one reads');
  }
  if (lenient === undefined) return;
  const again = declared(() => parseTlv(encodedList(lenient), { strict: true }), TlvError);
  holds(again !== undefined && equal(encodedList(again), encodedList(lenient)), 'lenient BER-TLV has a strict form');
  findTlv(lenient, 0x6f, 0x84);
}

function fileControl(input: Uint8Array): void {
  const fcp = declared(() => parseFcp(input), TlvError);
  // A number that the encoder has no field for is a RangeError by its contract.
  const fcpBytes = fcp && declared(() => encodeFcp(fcp), RangeError);
  if (fcpBytes !== undefined) holds(isDeepStrictEqual(parseFcp(fcpBytes), fcp), 'an FCP is read as it was encoded');
  const fci = declared(() => parseFci(input), TlvError);
  const fciBytes = fci && declared(() => encodeFci(fci), RangeError);
  if (fci?.maxCommand === undefined || fci.maxResponse === undefined || fciBytes === undefined) return;
  holds(isDeepStrictEqual(parseFci(fciBytes), { ...fci, proprietary: parseFci(fciBytes).proprietary }), 'an FCI is read as it was encoded');
}

function apdus(input: Uint8Array): void {
  const command = declared(() => decodeCommand(input), ApduError);
  if (command !== undefined) holds(equal(encodeCommand(command, { extended: input.length > 5 && input[4] === 0 }), input), 'a command APDU is encoded as it was read');
  const response = declared(() => decodeResponse(input), ApduError);
  if (response === undefined) return;
  holds(equal(encodeResponse(response), input), 'a response APDU is encoded as it was read');
  holds(statusText(response.sw).startsWith(response.sw.toString(16).toUpperCase().padStart(4, '0')), 'a status text begins with its number');
  statusFamily(response.sw);
  saysExtendedLength(input);
}

const { commands, blankCard } = readVectors<{ commands: readonly { apdu: string }[]; blankCard: readonly { command: string; response: string }[] }>('apdu.json');
const { stream } = readVectors<{ stream: string }>('personalisation.json');
const hex = [
  ...commands.map(({ apdu }) => apdu),
  ...blankCard.flatMap(({ command, response }) => [command, response]),
  stream,
  '6f258406f0575a5250018a01057f66080202048002021100a50d80020100810101820100830103',
  '621482010183020105800200108a01058801288402f001',
  '6f1a8406f0575a5250018a010c7f66080204000104800202ffffa500',
  '00a4000000000003f0575a0000', '00cb3fff0000035c01c20000', '00b00000000400', '00b000000000000001', '7f49820010860100',
  '30820003020101', '5f81010100', '1f2a00',
];

/** BER-TLV, file control information, command and response APDUs, status words, answer to reset. */
export const tlv: Target = {
  seeds: [...hex.map(fromHex), ATR, fromHex('3b80807311ff0180'), fromHex('3bff')],
  mutate: mutateTlv,
  run: (input) => {
    dataObjects(input);
    fileControl(input);
    apdus(input);
  },
};
