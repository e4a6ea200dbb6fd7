import { answer, type Answer, type Instruction, keepsSession, MAX_COMMAND, MAX_RESPONSE, plain, receive, type Received, status } from './apdu.js';
import { Chaining } from './chaining.js';
import { authenticate, checkSetAt, generateKey } from './chip-authentication.js';
import { getData, putData } from './data-objects.js';
import type { CardFaults } from './faults.js';
import { type ElementaryFile, fileTree, type MasterFile } from './files.js';
import type { Memory } from './memory.js';
import { Personalisation } from './personalisation.js';
import { readAccess, readBinary, readRecord } from './read.js';
import { SecureMessagingChannel } from './secure-messaging.js';
import { isSessionIns, SESSION_INS, sessionCommand } from './session-commands.js';
import { Session } from './session.js';
import { type SecurityStatus, securityStatusAfterReset } from './security-status.js';
import { select } from './select.js';
import { TerminalAuthentication } from './terminal-authentication.js';

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
const GLOBAL_PLATFORM: ReadonlySet<number> = new Set([INS.initializeUpdate, INS.externalAuthenticate, INS.generate, INS.storeData, INS.activate]);
const CHAINABLE: ReadonlySet<number> = new Set([INS.generalAuthenticate, INS.storeData, INS.getData]);
/** Objects and certificates are what outgrows a short command under secure messaging. */
const CHAINABLE_SECURED: ReadonlySet<number> = new Set([INS.putData, SESSION_INS.performSecurityOperation]);
const chainable = (cla: number, ins: number): boolean => (cla === 0x0c ? CHAINABLE_SECURED : CHAINABLE).has(ins);
/** P1 P2 of MANAGE SECURITY ENVIRONMENT: chip authentication; verification key and terminal of terminal authentication. */
const ENVIRONMENT = { chip: 0x41a4, verificationKey: 0x81b6, terminal: 0x81a4 } as const;

export interface CardOsOptions {
  readonly random: (length: number) => Uint8Array;
  readonly faults: () => CardFaults;
}

/** The command interpreter of one power-on: routes a command APDU through chaining, secure messaging and access rules to its handler. */
export class CardOs {
  readonly #chaining = new Chaining(chainable);
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
    // What is left of the FCI is part of SELECT's answer
    const isSelect = received.cla === 0x00 && (received.ins === INS.select || (received.ins === INS.getResponse && this.#security.pending !== undefined));
    if (this.memory.store.lifeCycle === 'terminated' && !isSelect) return this.#refuse(0x6985);
    if (received.cla === 0x00 && received.ins === INS.getResponse && !this.#chaining.open) return this.#getResponse(received);
    this.#security.pending = undefined;
    const command = this.#chaining.join(received);
    if (command === 'more') return status(0x9000);
    if (typeof command === 'number') return this.#refuse(command);
    const result = this.#route(command);
    return this.#inParts(result, command);
  }

  #route(command: Received): Answer {
    switch (command.cla) {
      case 0x00:
        this.#closeSessions();
        return this.#iso(plain(command), undefined);
      case 0x0c:
        this.#personalisation.close();
        return this.#secured(command);
      case 0x80:
      case 0x84:
        this.#security.session = undefined;
        this.#security.chipKeyChosen = false;
        return this.#globalPlatform(command);
      default:
        return this.#refuse(0x6e00);
    }
  }

  #secured(command: Received): Answer {
    const { session } = this.#security;
    this.#security.chipKeyChosen = false;
    if (session === undefined) return status(0x6882);
    const instruction = session.channel.unwrap(command);
    if (typeof instruction === 'number') return this.#refuse(instruction);
    const said = this.#iso(instruction, session);
    const fits = said.data.length === 0 || (instruction.ne > 0 && said.data.length <= instruction.room);
    const result = fits ? said : status(0x6700);
    if (!this.#goesOn(session, command.ins, result.sw)) this.#security.session = undefined;
    return session.channel.wrap(command.ins, result);
  }

  /** A wrong CAN does not end the session, but for the last one that it bears; TERMINATE DF always does. */
  #goesOn(session: Session, ins: number, sw: number): boolean {
    if (this.memory.store.lifeCycle === 'terminated') return false;
    return keepsSession(sw) || (ins === SESSION_INS.verify && sw === 0x6300 && !session.canGuessed);
  }

  /** A command of ISO/IEC 7816-4, in plain or, with a session, under secure messaging. */
  #iso(instruction: Instruction, session: Session | undefined): Answer {
    const { memory } = this;
    const security = this.#security;
    const chosen = security.chipKeyChosen;
    security.chipKeyChosen = false;
    const { ins } = instruction;
    if (ins === INS.manageSecurityEnvironment) return this.#manageSecurityEnvironment(instruction, session);
    if (isSessionIns(ins)) return session === undefined ? status(0x6982) : sessionCommand(memory, session, ins, instruction);
    session?.terminal.interrupt();
    switch (ins) {
      case INS.select:
        return this.#select(instruction);
      case INS.readBinary:
        return this.#readBinary(instruction, session);
      case INS.readRecord:
        return this.#readRecord(instruction, session);
      case INS.getData:
        return this.#inApplication() ? getData(security.currentDf, memory, instruction, session) : status(0x6a88);
      case INS.putData:
        return putData(memory, instruction, session);
      case INS.generalAuthenticate:
        return session === undefined ? this.#generalAuthenticate(instruction, chosen) : status(0x6882);
      case INS.getResponse:
        return status(0x6882);
      default:
        return status(0x6d00);
    }
  }

  #manageSecurityEnvironment(instruction: Instruction, session: Session | undefined): Answer {
    switch ((instruction.p1 << 8) | instruction.p2) {
      case ENVIRONMENT.chip:
        return session === undefined ? this.#setAt(instruction) : status(0x6882);
      case ENVIRONMENT.verificationKey:
        return session === undefined ? status(0x6982) : session.terminal.setVerificationKey(instruction);
      case ENVIRONMENT.terminal:
        return session === undefined ? status(0x6982) : session.terminal.setTerminal(instruction);
      default:
        return status(0x6a86);
    }
  }

  /** "A SELECT of another application ends the session": within the channel it is the channel's last answer. */
  #select(instruction: Instruction): Answer {
    const before = this.#security.currentDf;
    const result = select(this.#masterFile, this.memory, this.#security, instruction);
    if (this.#security.currentDf !== before) this.#closeSessions();
    return result;
  }

  #readBinary(instruction: Instruction, session: Session | undefined): Answer {
    const { p1, p2 } = instruction;
    if ((p1 & 0x80) !== 0 && (p1 & 0x60) !== 0) return status(0x6a86);
    const file = (p1 & 0x80) !== 0 ? this.#bySfi(p1 & 0x1f) : this.#security.currentEf;
    if (file === undefined) return status((p1 & 0x80) !== 0 ? 0x6a82 : 0x6986);
    const access = readAccess(file, this.memory.store.lifeCycle, session);
    return access === 0x9000 ? readBinary(file, (p1 & 0x80) !== 0 ? p2 : (p1 << 8) | p2, instruction, session) : status(access);
  }

  #readRecord(instruction: Instruction, session: Session | undefined): Answer {
    const { p1, p2 } = instruction;
    if ((p2 & 0x07) !== 0x04) return status(0x6a86);
    const sfi = p2 >> 3;
    const file = sfi === 0 ? this.#security.currentEf : this.#bySfi(sfi);
    if (file === undefined) return status(sfi === 0 ? 0x6986 : 0x6a82);
    const access = readAccess(file, this.memory.store.lifeCycle, session);
    return access === 0x9000 ? readRecord(file, p1, instruction, session) : status(access);
  }

  /** A short identifier makes the file the current one (ISO/IEC 7816-4 7.3.2). */
  #bySfi(sfi: number): ElementaryFile | undefined {
    const file = sfi === 0 ? undefined : this.#security.currentDf.files.find((candidate) => candidate.sfi === sfi);
    if (file !== undefined) this.#security.currentEf = file;
    return file;
  }

  /** MSE:SET AT of chip authentication. */
  #setAt({ data }: Instruction): Answer {
    if (!this.#inApplication() || this.memory.store.lifeCycle !== 'activated' || this.options.faults().clone === 'refuses') return status(0x6985);
    const sw = checkSetAt(data);
    this.#security.chipKeyChosen = sw === 0x9000;
    return status(sw);
  }

  #generalAuthenticate({ p1, p2, data }: Instruction, chosen: boolean): Answer {
    if (p1 !== 0 || p2 !== 0) return status(0x6a86);
    if (!chosen) return status(0x6985);
    const secret = this.options.faults().clone === 'other-key' ? generateKey().secret : this.memory.chipKey(1).secret;
    const { memory } = this;
    const { random } = this.options;
    const result = authenticate(data, secret, random(8), memory.trustPoints.list().map(({ reference }) => reference));
    if (result === undefined) return status(0x6a80);
    const terminal = new TerminalAuthentication({ memory, random, ephemeral: result.ephemeral });
    this.#security.session = new Session(new SecureMessagingChannel(result.keys), terminal);
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
    this.#security.session = undefined;
  }

  #refuse(sw: number): Answer {
    this.#closeSessions();
    this.#security.chipKeyChosen = false;
    return status(sw);
  }
}
