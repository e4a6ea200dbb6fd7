import { done, failed, type AccessRight, type Outcome } from '../../src/contract/index.js';
import { asPsoData, chainFor, encodeCvCertificate, everyDepartment, parseCvCertificate, readCvBundle, type CvBody, type CvBundle, type CvRole } from '../../src/cvc/index.js';
import { p256KeyPair, signP256, type P256KeyPair } from '../../src/node-crypto/index.js';
import { addDays } from './days.js';
import type { Access } from '../../src/workflows/index.js';

const keyOf = (n: number): P256KeyPair => p256KeyPair(new Uint8Array(32).fill(n));
export const cvcaKey = keyOf(0x31);
export const verifierKey = keyOf(0x33);
export const terminalKey = keyOf(0x35);

export const cvcaReference = 'CNWZTEST00001';
export const verifierReference = 'CNWZDV00001';
export const terminalReference = 'CNT-00000100001';
export const everyRight: readonly AccessRight[] = ['inspect', 'kiosk', 'endorse', 'service', 'manage'];

/** A certificate of the tests' own hierarchy, or one that is wrong in what `change` says; `signer` signs it. */
export function certificate(role: CvRole, change: Partial<CvBody> = {}, signer: P256KeyPair = role === 'terminal' ? verifierKey : cvcaKey): Uint8Array {
  const names = { cvca: [cvcaReference, cvcaReference, cvcaKey], terminal: [verifierReference, terminalReference, terminalKey] } as const;
  const [authorityReference, holderReference, key] = role === 'cvca' || role === 'terminal' ? names[role] : ([cvcaReference, verifierReference, verifierKey] as const);
  const body: CvBody = {
    authorityReference,
    holderReference,
    publicKey: key.publicKey,
    role,
    rights: everyRight,
    departments: [],
    effective: '2009-01-01',
    expires: '2060-12-31',
    ...change,
  };
  return encodeCvCertificate(body, (message) => signP256(signer.privateKey, message));
}

/** Made once: a signature each is what most tests would spend their time on. */
const made = new Map<string, Uint8Array>();
const usual = { verifier: certificate('dv-domestic'), authority: certificate('cvca') };

/** The rights of a terminal in tests: a hierarchy of its own, the certificate of today. */
export class TestAccess implements Access {
  rightsHeld: readonly AccessRight[] = everyRight;
  own: readonly number[] = [everyDepartment];
  missing = false;
  /** Shows its certificates to a card that says it trusts none of their signers: the card is the one to refuse. */
  insists = false;
  /** Days from today to the first and the last of the terminal's certificate. */
  days: readonly [from: number, to: number] = [0, 17];
  /** Changes to the document verifier's and the terminal's certificates; the card judges them, this terminal does not. */
  verifier: Uint8Array = usual.verifier;
  change: Partial<CvBody> = {};
  sign: (message: Uint8Array) => Uint8Array = (message) => signP256(terminalKey.privateKey, message);
  authorities: readonly Uint8Array[] = [usual.authority];

  constructor(private readonly today: () => string) {}

  terminal(): Uint8Array {
    const [from, to] = this.days;
    const body = { rights: this.rightsHeld, departments: this.own, effective: addDays(this.today(), from), expires: addDays(this.today(), to), ...this.change };
    const name = JSON.stringify([body, body.publicKey === undefined ? '' : Buffer.from(body.publicKey).toString('hex')]);
    const encoded = made.get(name) ?? certificate('terminal', body);
    made.set(name, encoded);
    return encoded;
  }

  bundle(): CvBundle {
    const encoded = { authorities: this.authorities, verifier: this.verifier, terminal: this.terminal() };
    const read = readCvBundle(encoded, this.today());
    if (read.ok) return read.bundle;
    const [verifier, terminal] = [parseCvCertificate(encoded.verifier), parseCvCertificate(encoded.terminal)];
    return { authorities: this.authorities.map(parseCvCertificate), verifier, terminal, rights: terminal.rights, departments: terminal.departments };
  }

  rights(): Outcome<readonly AccessRight[]> {
    if (this.missing) return failed('ACCESS_CERTIFICATE_MISSING');
    return this.days[1] < 0 || this.days[0] > 0 ? failed('ACCESS_CERTIFICATE_EXPIRED') : done(this.rightsHeld);
  }

  departments(): readonly number[] {
    return this.own;
  }

  credentials(trustPoints: readonly string[]): ReturnType<Access['credentials']> {
    const bundle = this.bundle();
    const fitting = chainFor(bundle, trustPoints);
    if (fitting === undefined && !this.insists) return failed('ACCESS_REFUSED', 'unknown-signer');
    const chain = fitting ?? [bundle.verifier, bundle.terminal].map((each) => ({ authorityReference: each.authorityReference, data: asPsoData(each) }));
    return done({ chain, holderReference: bundle.terminal.holderReference, sign: this.sign });
  }

  trustPoint(): ReturnType<Access['trustPoint']> {
    const certificate = this.authorities.at(-1) ?? new Uint8Array(0);
    return this.missing ? failed('ACCESS_CERTIFICATE_MISSING') : done({ reference: parseCvCertificate(certificate).holderReference, certificate });
  }
}
