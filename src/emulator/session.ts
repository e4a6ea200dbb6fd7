import { RIGHT } from './rights.js';
import type { SecureMessagingChannel } from './secure-messaging.js';
import type { TerminalAuthentication } from './terminal-authentication.js';

/** FFFF in a certificate stands for every department (firmware-specs/terminal-authentication.md 1). */
export const EVERY_DEPARTMENT = 0xffff;
/** The wrong CAN with which a session ends (firmware-specs/access.md 5). */
const WRONG_CANS = 5;

/** What begins with chip authentication and ends with secure messaging: the channel, the terminal's proof, the holder's. */
export class Session {
  /** The PIN was verified: it opens reading until the session ends or another PIN is tried. */
  pinVerified = false;
  /** That verification has not been used up by a signature. */
  maySign = false;
  wrongCans = 0;

  constructor(
    readonly channel: SecureMessagingChannel,
    readonly terminal: TerminalAuthentication,
  ) {}

  has(...rights: readonly (keyof typeof RIGHT)[]): boolean {
    const inForce = this.terminal.granted?.rights ?? 0;
    return rights.some((right) => (inForce & RIGHT[right]) !== 0);
  }

  /** The holder reads at a kiosk. */
  get holderReads(): boolean {
    return this.pinVerified && this.has('kiosk');
  }

  /** The department is one of the terminal's own. */
  serves(department: number): boolean {
    const departments = this.terminal.granted?.departments ?? [];
    return this.has('service') && (departments.includes(department) || departments.includes(EVERY_DEPARTMENT));
  }

  get canGuessed(): boolean {
    return this.wrongCans >= WRONG_CANS;
  }

  forgetPin(): void {
    this.pinVerified = false;
    this.maySign = false;
  }
}

type Condition = (session: Session) => boolean;

/** The table of firmware-specs/access.md 1: what a session must be for each object. The free ones stand in the file tree. */
export const OPENS = {
  holder: (session) => session.has('inspect') || session.holderReads,
  residence: (session) => session.has('inspect', 'endorse') || session.holderReads,
  services: (session) => session.has('inspect', 'service') || session.holderReads,
  accessLog: (session) => session.has('manage') || session.holderReads,
  writeResidence: (session) => session.has('endorse'),
  appendEndorsement: (session) => session.has('endorse'),
  writeServices: (session) => session.has('service'),
  verifyPin: (session) => session.has('kiosk', 'manage'),
  setPin: (session) => session.has('manage'),
  checkCan: (session) => session.has('manage'),
  sign: (session) => session.has('kiosk', 'manage') && session.maySign,
  terminate: (session) => session.has('manage'),
} as const satisfies Readonly<Record<string, Condition>>;

/** One slot of Services: the whole file for who may read it, else the terminal's own departments. */
export const opensSlot = (session: Session, department: number): boolean => session.has('inspect') || session.holderReads || session.serves(department);
