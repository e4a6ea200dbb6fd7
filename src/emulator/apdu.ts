import { type CommandApdu, decodeCommand } from '../iso7816/index.js';

/** ATR/INFO: what one APDU of the reference card may hold, whole APDUs (firmware-specs/permit-application.md 1). */
export const MAX_COMMAND = 0x0480;
export const MAX_RESPONSE = 0x1100;

/** A command as it came over the line, decoded once. */
export interface Received {
  readonly cla: number;
  readonly ins: number;
  readonly p1: number;
  readonly p2: number;
  readonly data: Uint8Array;
  /** Ne: 0 when Le is absent, 256 or 65,536 for its zero encodings. */
  readonly ne: number;
  readonly extended: boolean;
}

/** What a command handler sees once secure messaging, if any, is off. */
export interface Instruction {
  readonly ins: number;
  readonly p1: number;
  readonly p2: number;
  readonly data: Uint8Array;
  readonly ne: number;
  /** Le was 00 or 0000: "what there is" */
  readonly neIsMaximum: boolean;
  /** The Le was short. */
  readonly shortLe: boolean;
  /** Bytes of plain answer data that fit one answer. */
  readonly room: number;
}

export interface Answer {
  readonly data: Uint8Array;
  readonly sw: number;
}

export const answer = (data: Uint8Array, sw = 0x9000): Answer => ({ data, sw });
export const status = (sw: number): Answer => ({ data: new Uint8Array(), sw });

/** Undefined when the bytes are no command APDU of ISO/IEC 7816-3 12.1. */
export function receive(raw: Uint8Array): Received | undefined {
  let command: CommandApdu;
  try {
    command = decodeCommand(raw);
  } catch {
    return undefined;
  }
  const { cla, ins, p1, p2, data = new Uint8Array(), ne = 0 } = command;
  return { cla, ins, p1, p2, data, ne, extended: raw.length > 5 && raw[4] === 0 };
}

/** The instruction of a command without secure messaging. */
export function plain(command: Received): Instruction {
  const neIsMaximum = command.ne === (command.extended ? 65_536 : 256);
  const room = Math.min(command.ne, MAX_RESPONSE - 2);
  const { ins, p1, p2, data, ne } = command;
  return { ins, p1, p2, data, ne, neIsMaximum, shortLe: !command.extended && ne > 0, room };
}

/** Statuses after which SCP03 and secure messaging go on (firmware-specs/permit-application.md 4). */
export const keepsSession = (sw: number): boolean => sw === 0x9000 || [0x61, 0x62, 0x6c].includes(sw >> 8) || sw >> 4 === 0x63c;

