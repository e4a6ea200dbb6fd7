import { done, failed, type AccessRight, type Outcome } from '../contract/index.js';
import { chainFor, CvcError, parseCvCertificate, readCvBundle, type CvBundle } from '../cvc/index.js';
import { signP256 } from '../node-crypto/index.js';
import type { Outbox } from '../outbox/index.js';
import { dateInChina } from '../permit/index.js';
import { storedAccess } from '../sync/index.js';
import type { Access } from '../workflows/index.js';

/** The chain in force with its key, as long as it is used. */
interface Held {
  readonly day: string;
  readonly bundle: CvBundle;
  /** 32 bytes */
  readonly key: Uint8Array;
  readonly trustPoint: Uint8Array;
}

/** This terminal's rights on cards as the last sync brought them, verified again when they are loaded: a changed file gives none. */
export class PulledAccess implements Access {
  #held: Held | undefined;

  constructor(
    private readonly outbox: Pick<Outbox, 'settings'>,
    private readonly now: () => number,
  ) {}

  /** Forgets what is loaded; called after a pull. */
  reload(): void {
    this.#held = undefined;
  }

  rights(): Outcome<readonly AccessRight[]> {
    const held = this.#inForce();
    return held.ok ? done(held.value.bundle.rights) : held;
  }

  departments(): readonly number[] {
    const held = this.#inForce();
    return held.ok ? held.value.bundle.departments : [];
  }

  credentials(trustPoints: readonly string[]): ReturnType<Access['credentials']> {
    const held = this.#inForce();
    if (!held.ok) return held;
    const { bundle, key } = held.value;
    const chain = chainFor(bundle, trustPoints);
    if (chain === undefined) return failed('ACCESS_REFUSED', 'unknown-signer');
    return done({ chain, holderReference: bundle.terminal.holderReference, sign: (message) => signP256(key, message) });
  }

  trustPoint(): ReturnType<Access['trustPoint']> {
    const held = this.#inForce();
    if (!held.ok) return held;
    const { bundle, trustPoint } = held.value;
    return done({ reference: bundle.authorities.at(-1)?.holderReference ?? bundle.verifier.authorityReference, certificate: trustPoint });
  }

  /** First and last day of the certificate that is held, also of one that has ended, YYYY-MM-DD; undefined: there is none. */
  days(): { readonly effective: string; readonly expires: string } | undefined {
    const stored = storedAccess(this.outbox);
    if (stored === undefined) return undefined;
    try {
      const { effective, expires } = parseCvCertificate(stored.terminal);
      return { effective, expires };
    } catch (error) {
      if (error instanceof CvcError) return undefined;
      throw error;
    }
  }

  #inForce(): Outcome<Held> {
    const held = this.#load();
    if (typeof held === 'string') return failed(held);
    const { effective, expires } = held.bundle.terminal;
    return effective <= held.day && held.day <= expires ? done(held) : failed('ACCESS_CERTIFICATE_EXPIRED');
  }

  /** Read once a day: what was in force yesterday may have ended. What does not verify counts as never pulled. */
  #load(): Held | 'ACCESS_CERTIFICATE_MISSING' | 'ACCESS_CERTIFICATE_EXPIRED' {
    const day = dateInChina(this.now());
    if (this.#held?.day === day) return this.#held;
    this.#held = undefined;
    const stored = storedAccess(this.outbox);
    const trustPoint = stored?.authorities.at(-1);
    if (stored === undefined || trustPoint === undefined) return 'ACCESS_CERTIFICATE_MISSING';
    try {
      const read = readCvBundle(stored, day);
      if (!read.ok) return read.reason === 'dates' ? 'ACCESS_CERTIFICATE_EXPIRED' : 'ACCESS_CERTIFICATE_MISSING';
      this.#held = { day, bundle: read.bundle, key: stored.key, trustPoint };
      return this.#held;
    } catch (error) {
      if (error instanceof CvcError) return 'ACCESS_CERTIFICATE_MISSING';
      throw error;
    }
  }
}
