import { concat, fromHex } from '../iso7816/index.js';
import { bytesNumber, sameBytes } from './aes.js';
import { answer, type Answer, type Instruction, status } from './apdu.js';
import { type CvCertificate, parseCertificate, TA_PROTOCOL, verifySignature } from './cv-certificate.js';
import { readDer } from './der-reader.js';
import type { Memory } from './memory.js';
import type { Role } from './rights.js';
import type { TrustPoint } from './trust-points.js';

const ID_CLAIM = fromHex('6981b890afbecbbfba93ab979ffe9482e58fea6901');
const CHALLENGE = 8;
const SIGNATURE = 64;

/** Who may sign whom (firmware-specs/terminal-authentication.md 1.2). */
const SIGNS: Readonly<Record<Role, readonly Role[]>> = {
  cvca: ['cvca', 'domestic-dv', 'foreign-dv'],
  'domestic-dv': ['terminal'],
  'foreign-dv': ['terminal'],
  terminal: [],
};

/** A key that may verify the next certificate, and what its own chain gives: rights are the logical and of all of them. */
interface Signer extends TrustPoint {
  readonly role: Role;
  readonly domestic: boolean;
  readonly departments: readonly number[];
}

/** MSE:SET AT, taken apart. */
interface Claim {
  readonly reference: Uint8Array;
  /** the whole encoded object 67: part of what is signed */
  readonly auxiliary: Uint8Array;
  readonly time: Uint8Array;
  readonly purpose: number;
}

export interface Granted {
  readonly rights: number;
  readonly departments: readonly number[];
}

export interface TerminalAuthenticationOptions {
  readonly memory: Memory;
  readonly random: (length: number) => Uint8Array;
  /** Comp(PK_PCD) of this session's chip authentication, 32 bytes */
  readonly ephemeral: Uint8Array;
}

/** Terminal authentication of one session (firmware-specs/terminal-authentication.md 2 and 3): it ends with the session and happens once in it. */
export class TerminalAuthentication {
  readonly #memory: Memory;
  #named: Uint8Array | undefined;
  #last: Signer | undefined;
  /** Set by MSE:SET AT for the next command alone, which must be GET CHALLENGE. */
  #claim: Claim | undefined;
  /** Set by GET CHALLENGE for the next command alone, which must be EXTERNAL AUTHENTICATE. */
  #challenged: { readonly claim: Claim; readonly challenge: Uint8Array } | undefined;
  #granted: Granted | undefined;

  constructor(private readonly options: TerminalAuthenticationOptions) {
    this.#memory = options.memory;
  }

  /** Undefined until the terminal has proved itself and the log has its record. */
  get granted(): Granted | undefined {
    return this.#granted;
  }

  /** Any other command of the session came: what had to be followed at once is off. */
  interrupt(): void {
    this.#claim = undefined;
    this.#challenged = undefined;
  }

  /** MSE:SET DST, 81 B6: `83 CAR`. */
  setVerificationKey({ data }: Instruction): Answer {
    this.interrupt();
    if (this.#granted !== undefined) return status(0x6985);
    const reference = readDer(data, (reader) => reader.take(0x83));
    if (reference === undefined) return status(0x6a80);
    if (this.#signer(reference) === undefined) return status(0x6a88);
    this.#named = reference;
    return status(0x9000);
  }

  /** PSO:VERIFY CERTIFICATE. The order of the checks is that of section 2: each status names one step and tells nothing of a later one. */
  verifyCertificate({ p1, p2, data }: Instruction): Answer {
    this.interrupt();
    const named = this.#named;
    this.#named = undefined;
    if (p1 !== 0x00 || p2 !== 0xbe) return status(0x6a86);
    if (this.#granted !== undefined) return status(0x6985);
    const certificate = parseCertificate(data);
    if (certificate === undefined) return status(0x6a80);
    const signer = named !== undefined && sameBytes(named, certificate.authority) ? this.#signer(named) : undefined;
    if (signer === undefined) return status(0x6a88);
    if (!verifySignature(signer.point, certificate.body, certificate.signature)) return status(0x6300);
    const roleFits = SIGNS[signer.role].includes(certificate.role) && certificate.hasDomainParameters === (certificate.role === 'cvca');
    if (!roleFits) return status(0x6982);
    if (!this.#datesFit(certificate, signer)) return status(0x6985);
    this.#believe(certificate, signer);
    return status(0x9000);
  }

  /** MSE:SET AT, 81 A4. */
  setTerminal({ data }: Instruction): Answer {
    this.interrupt();
    if (this.#granted !== undefined) return status(0x6985);
    const claim = parseClaim(data);
    if (claim === undefined) return status(0x6a80);
    const terminal = this.#last;
    if (terminal?.role !== 'terminal' || !sameBytes(terminal.reference, claim.reference)) return status(0x6a88);
    this.#claim = claim;
    return status(0x9000);
  }

  getChallenge({ p1, p2, data, ne, neIsMaximum }: Instruction): Answer {
    const claim = this.#claim;
    this.interrupt();
    if (p1 !== 0 || p2 !== 0) return status(0x6a86);
    if (data.length > 0 || (ne !== CHALLENGE && !neIsMaximum)) return status(0x6700);
    if (claim === undefined) return status(0x6985);
    const challenge = this.options.random(CHALLENGE);
    this.#challenged = { claim, challenge };
    return answer(challenge);
  }

  /** EXTERNAL AUTHENTICATE: the log has its record before the rights are in force. */
  externalAuthenticate({ p1, p2, data }: Instruction): Answer {
    const challenged = this.#challenged;
    const terminal = this.#last;
    this.interrupt();
    if (p1 !== 0 || p2 !== 0) return status(0x6a86);
    if (data.length !== SIGNATURE) return status(0x6700);
    if (challenged === undefined || terminal === undefined) return status(0x6985);
    const { claim, challenge } = challenged;
    const chip = this.#memory.chipKey(1).point.slice(1, 33);
    const signed = concat(chip, challenge, this.options.ephemeral, claim.auxiliary);
    if (!verifySignature(terminal.point, signed, data)) return status(0x6300);
    const { rights, departments, reference } = terminal;
    this.#memory.log.append({ cardDate: this.#memory.issued.cardDate, rights, time: claim.time, purpose: claim.purpose, reference });
    this.#granted = { rights, departments };
    return status(0x9000);
  }

  /** A trust point of the card, or the certificate verified just before. */
  #signer(reference: Uint8Array): Signer | undefined {
    const trusted = this.#memory.trustPoints.find(reference);
    if (trusted !== undefined) return { ...trusted, role: 'cvca', domestic: true, departments: [] };
    return this.#last !== undefined && sameBytes(this.#last.reference, reference) ? this.#last : undefined;
  }

  #datesFit({ effective, expires }: CvCertificate, signer: Signer): boolean {
    const today = bytesNumber(this.#memory.issued.cardDate);
    if (bytesNumber(expires) < today || bytesNumber(signer.expires) < today) return false;
    const begins = bytesNumber(effective);
    return begins >= bytesNumber(signer.effective) && begins <= bytesNumber(signer.expires);
  }

  /** What a verified certificate changes, in one transaction: trust point and card's date; and the key of this session. */
  #believe(certificate: CvCertificate, signer: Signer): void {
    const { role, reference, point, effective, expires, departments } = certificate;
    const domestic = signer.domestic && role !== 'foreign-dv';
    const rights = certificate.rights & signer.rights;
    const known: Signer = { reference, point, effective, expires, rights, role, domestic, departments };
    const later = domestic && bytesNumber(effective) > bytesNumber(this.#memory.issued.cardDate);
    const link = role === 'cvca' && this.#memory.trustPoints.find(reference) === undefined;
    this.#memory.believe({ ...(later ? { cardDate: effective } : {}), ...(link ? { trustPoint: known } : {}) });
    this.#last = role === 'cvca' ? undefined : known;
  }
}

/** `80 id-TA-ECDSA-SHA-256, 83 CHR, 67 { 73 { 06 id-claim, 53 { time 4, purpose 1 } } }`; undefined for anything else. */
function parseClaim(data: Uint8Array): Claim | undefined {
  return readDer(data, (reader) => {
    const protocol = reader.take(0x80);
    const reference = reader.take(0x83);
    const from = reader.position;
    const claim = reader.inside(0x67, (auxiliary) =>
      auxiliary.inside(0x73, (template) => ({ id: template.take(0x06), value: template.take(0x53, 5) })),
    );
    if (!sameBytes(protocol, TA_PROTOCOL) || !sameBytes(claim.id, ID_CLAIM)) return undefined;
    return { reference, auxiliary: data.slice(from, reader.position), time: claim.value.slice(0, 4), purpose: claim.value[4] ?? 0 };
  });
}
