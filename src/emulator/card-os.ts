import { concat } from '../iso7816/index.js';
import { answer, type Answer, type Instruction, keepsSession, MAX_COMMAND, MAX_RESPONSE, receive, type Received, status } from './apdu.js';
import { authenticate, checkSetAt, generateKey } from './chip-authentication.js';
import { getData, putData } from './data-objects.js';
import type { CardFaults } from './faults.js';
import { type ElementaryFile, fileTree, type MasterFile } from './files.js';
import type { Memory } from './memory.js';
import { Personalisation } from './personalisation.js';
import { readAccess, readBinary, readRecord } from './read.js';
import { SecureMessagingChannel } from './secure-messaging.js';
import { type SecurityStatus, securityStatusAfterReset } from './security-status.js';
import { select } from './select.js';

const INS = {
  select: 0xa4,
  readBinary: 0xb0,
  readRecord: 0xb2,
  getResponse: 0xc0,
  getData: 0xcb,
  putData: 0xdb,
  manageSecurityEnvironment: 0x22,
  generalAuthenticate: 0x86,
  initializeUpdate: 0x50,
  externalAuthenticate: 0x82,
  generate: 0x46,
  storeData: 0xe2,
  activate: 0x44,
} as const;
const ISO: ReadonlySet<number> = new Set([
  INS.select, INS.readBinary, INS.readRecord, INS.getResponse, INS.getData, INS.putData, INS.manageSecurityEnvironment, INS.generalAuthenticate,
]);
const GLOBAL_PLATFORM: ReadonlySet<number> = new Set([INS.initializeUpdate, INS.externalAuthenticate, INS.generate, INS.storeData, INS.activate]);
const UNDER_SECURE_MESSAGING: ReadonlySet<number> = new Set([INS.select, INS.readBinary, INS.readRecord, INS.getData, INS.putData]);
const CHAINABLE: ReadonlySet<number> = new Set([INS.generalAuthenticate, INS.storeData, INS.getData]);
const CHAINING_BIT = 0x10;

export interface CardOsOptions {
  readonly random: (length: number) => Uint8Array;
  readonly faults: () => CardFaults;
}

/** The command interpreter of one power-on: routes a command APDU through chaining, secure messaging and access rules to its handler. */
export class CardOs {
  readonly #masterFile: MasterFile;
  readonly #personalisation: Personalisation;
  readonly #security: SecurityStatus;

  constructor(
    private readonly memory: Memory,
    private readonly options: CardOsOptions,
  ) {
    this.#masterFile = fileTree(memory);
    this.#personalisation = new Personalisation(memory);
    this.#security = securityStatusAfterReset(this.#masterFile);
  }

  process(raw: Uint8Array): Answer {
    const received = raw[0] === 0xff ? 0x6e00 : raw.length > MAX_COMMAND ? 0x6700 : (receive(raw) ?? 0x6700);
    if (typeof received === 'number') {
      this.#closeSessions();
      return status(received);
    }
    if (received.cla === 0x00 && received.ins === INS.getResponse && this.#security.chain === undefined) return this.#getResponse(received);
    this.#security.pending = undefined;
    const command = this.#join(received);
    if ('sw' in command) return command;
    const result = this.#route(command);
    return this.#inParts(result, command);
  }

  /** A whole command: not chained, or the last of its chain with everything joined. Else the answer to this part. */
  #join(command: Received): Received | Answer {
    const security = this.#security;
    const cla = command.cla & ~CHAINING_BIT;
    const chained = cla !== command.cla;
    const chain = security.chain;
    security.chain = undefined;
    if (chain === undefined && !chained) return command;
    const same = chain === undefined || (chain.cla === cla && chain.ins === command.ins && chain.p1 === command.p1 && chain.p2 === command.p2);
    if (!same) return this.#refuse(0x6883);
    if (![0x00, 0x0c, 0x80, 0x84].includes(cla)) return this.#refuse(0x6e00);
    // Under secure messaging an object to be stored is all that outgrows a short command.
    const chainable = cla === 0x0c ? command.ins === INS.putData : CHAINABLE.has(command.ins);
    if (!chainable) return this.#refuse(0x6884);
    const data = chain === undefined ? command.data : concat(chain.data, command.data);
    if (data.length > MAX_COMMAND) return this.#refuse(0x6700);
    if (!chained) return { ...command, data, extended: command.extended || data.length > 255 };
    security.chain = { cla, ins: command.ins, p1: command.p1, p2: command.p2, data };
    return status(0x9000);
  }

  #route(command: Received): Answer {
    switch (command.cla) {
      case 0x00:
        this.#closeSessions();
        return ISO.has(command.ins) ? this.#iso(plain(command)) : this.#refuse(0x6d00);
      case 0x0c:
        this.#personalisation.close();
        return this.#secured(command);
      case 0x80:
      case 0x84:
        this.#security.secureMessaging = undefined;
        this.#security.chipKeyChosen = false;
        return this.#globalPlatform(command);
      default:
        return this.#refuse(0x6e00);
    }
  }

  #secured(command: Received): Answer {
    const channel = this.#security.secureMessaging;
    this.#security.chipKeyChosen = false;
    if (channel === undefined) return status(0x6882);
    const instruction = channel.unwrap(command);
    if (typeof instruction === 'number') return this.#refuse(instruction);
    const said = UNDER_SECURE_MESSAGING.has(command.ins) ? this.#iso(instruction) : status(ISO.has(command.ins) ? 0x6882 : 0x6d00);
    const fits = said.data.length === 0 || (instruction.ne > 0 && said.data.length <= instruction.room);
    const result = fits ? said : status(0x6700);
    if (!keepsSession(result.sw)) this.#security.secureMessaging = undefined;
    return channel.wrap(command.ins, result);
  }

  #iso(instruction: Instruction): Answer {
    const { memory } = this;
    const security = this.#security;
    const chosen = security.chipKeyChosen;
    security.chipKeyChosen = false;
    const lifeCycle = memory.store.lifeCycle;
    if (instruction.ins === INS.select) return this.#select(instruction);
    if (lifeCycle === 'terminated') return status(0x6985);
    switch (instruction.ins) {
      case INS.readBinary:
        return this.#readBinary(instruction);
      case INS.readRecord:
        return this.#readRecord(instruction);
      case INS.getData:
        return this.#inApplication() ? getData(security.currentDf, memory, instruction) : status(0x6a88);
      case INS.putData:
        return putData(memory, instruction);
      case INS.manageSecurityEnvironment:
        return this.#setAt(instruction);
      case INS.generalAuthenticate:
        return this.#generalAuthenticate(instruction, chosen);
      default:
        return status(0x6d00);
    }
  }

  /** "A SELECT of another application ends the session": within the channel it is the channel's last answer. */
  #select(instruction: Instruction): Answer {
    const before = this.#security.currentDf;
    const result = select(this.#masterFile, this.memory, this.#security, instruction);
    if (this.#security.currentDf !== before) this.#closeSessions();
    return result;
  }

  #readBinary(instruction: Instruction): Answer {
    const { p1, p2 } = instruction;
    if ((p1 & 0x80) !== 0 && (p1 & 0x60) !== 0) return status(0x6a86);
    const file = (p1 & 0x80) !== 0 ? this.#bySfi(p1 & 0x1f) : this.#security.currentEf;
    if (file === undefined) return status((p1 & 0x80) !== 0 ? 0x6a82 : 0x6986);
    const access = readAccess(file, this.memory.store.lifeCycle, instruction.secured);
    return access === 0x9000 ? readBinary(file, (p1 & 0x80) !== 0 ? p2 : (p1 << 8) | p2, instruction) : status(access);
  }

  #readRecord(instruction: Instruction): Answer {
    const { p1, p2 } = instruction;
    if ((p2 & 0x07) !== 0x04) return status(0x6a86);
    const sfi = p2 >> 3;
    const file = sfi === 0 ? this.#security.currentEf : this.#bySfi(sfi);
    if (file === undefined) return status(sfi === 0 ? 0x6986 : 0x6a82);
    const access = readAccess(file, this.memory.store.lifeCycle, instruction.secured);
    return access === 0x9000 ? readRecord(file, p1, instruction) : status(access);
  }

  /** A short identifier makes the file the current one (ISO/IEC 7816-4 7.3.2). */
  #bySfi(sfi: number): ElementaryFile | undefined {
    const file = sfi === 0 ? undefined : this.#security.currentDf.files.find((candidate) => candidate.sfi === sfi);
    if (file !== undefined) this.#security.currentEf = file;
    return file;
  }

  #setAt({ p1, p2, data }: Instruction): Answer {
    if (p1 !== 0x41 || p2 !== 0xa4) return status(0x6a86);
    if (!this.#inApplication() || this.memory.store.lifeCycle !== 'activated' || this.options.faults().clone === 'refuses') return status(0x6985);
    const sw = checkSetAt(data);
    this.#security.chipKeyChosen = sw === 0x9000;
    return status(sw);
  }

  #generalAuthenticate({ p1, p2, data }: Instruction, chosen: boolean): Answer {
    if (p1 !== 0 || p2 !== 0) return status(0x6a86);
    if (!chosen) return status(0x6985);
    const secret = this.options.faults().clone === 'other-key' ? generateKey().secret : this.memory.chipKey(1).secret;
    const result = authenticate(data, secret, this.options.random(8));
    if (result === undefined) return status(0x6a80);
    this.#security.secureMessaging = new SecureMessagingChannel(result.keys);
    return answer(result.response);
  }

  #globalPlatform(command: Received): Answer {
    if (!GLOBAL_PLATFORM.has(command.ins)) return this.#refuse(0x6d00);
    const { lifeCycle } = this.memory.store;
    if (lifeCycle === 'activated' || lifeCycle === 'terminated' || !this.#inApplication()) return this.#refuse(0x6985);
    if (command.ins === INS.initializeUpdate) return command.cla === 0x80 ? this.#personalisation.initializeUpdate(command) : this.#refuse(0x6e00);
    if (command.cla !== 0x84) return this.#refuse(0x6982);
    if (command.ins === INS.externalAuthenticate) return this.#personalisation.externalAuthenticate(command);
    const channel = this.#personalisation.channel;
    const data = channel?.unwrap(command);
    if (channel === undefined || data === undefined) return this.#refuse(0x6982);
    const result = this.#personalise({ ...plain(command), data });
    if (!keepsSession(result.sw)) this.#personalisation.close();
    return channel.wrap(result);
  }

  #personalise(instruction: Instruction): Answer {
    switch (instruction.ins) {
      case INS.generate:
        return this.#personalisation.generate(instruction);
      case INS.storeData:
        return this.#personalisation.storeData(instruction);
      case INS.activate: {
        const result = this.#personalisation.activate(instruction);
        if (result.sw === 0x9000) this.#personalisation.close();
        return result;
      }
      default:
        return status(0x6d00);
    }
  }

  #getResponse({ p1, p2, data, ne }: Received): Answer {
    const pending = this.#security.pending;
    this.#security.pending = undefined;
    if (pending === undefined) return this.#refuse(0x6985);
    if (p1 !== 0 || p2 !== 0 || data.length > 0) return this.#refuse(0x6a86);
    return this.#split(pending, ne);
  }

  /** Plain answers longer than Le, or than the card's buffer, come in parts by 61xx. */
  #inParts(result: Answer, command: Received): Answer {
    return command.cla === 0x00 || command.cla === 0x80 || command.cla === 0x84 ? this.#split(result, command.ne) : result;
  }

  #split(result: Answer, ne: number): Answer {
    const size = Math.min(ne, MAX_RESPONSE - 2);
    if (result.data.length <= size) return result;
    this.#security.pending = { data: result.data.slice(size), sw: result.sw };
    const left = result.data.length - size;
    return answer(result.data.slice(0, size), 0x6100 | (left > 255 ? 0 : left));
  }

  #inApplication(): boolean {
    return this.#security.currentDf !== this.#masterFile;
  }

  #closeSessions(): void {
    this.#personalisation.close();
    this.#security.secureMessaging = undefined;
  }

  #refuse(sw: number): Answer {
    this.#closeSessions();
    this.#security.chipKeyChosen = false;
    return status(sw);
  }
}

function plain(command: Received): Instruction {
  const neIsMaximum = command.ne === (command.extended ? 65_536 : 256);
  const room = Math.min(command.ne, MAX_RESPONSE - 2);
  const { ins, p1, p2, data, ne } = command;
  return { ins, p1, p2, data, ne, neIsMaximum, shortLe: !command.extended && ne > 0, room, secured: false };
}
