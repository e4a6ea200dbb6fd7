import { inflateSync } from 'node:zlib';
import type { CryptoPort } from '../cose/index.js';
import type { Outbox } from '../outbox/index.js';
import { verifyStatusListToken, verifyTrustList, type StatusList, type TrustList } from '../permit/index.js';
import { pulledSetting } from '../sync/index.js';
import type { Delegate, Trust } from '../workflows/index.js';
import type { TerminalIdentity } from './identity.js';

export const inflate = (deflated: Uint8Array, limit: number): Uint8Array => new Uint8Array(inflateSync(deflated, { maxOutputLength: limit }));

/**
 * What the last sync brought, verified again when it is loaded: a changed file gives no trust. Lists are parsed once for each version of their bytes.
 */
export class PulledTrust implements Trust {
  #trust: { bytes: Uint8Array; list: TrustList } | undefined;
  #status: { bytes: Uint8Array; list: StatusList } | undefined;

  constructor(
    private readonly outbox: Pick<Outbox, 'settings' | 'numbers'>,
    private readonly identity: TerminalIdentity,
    private readonly crypto: CryptoPort,
    private readonly now: () => number,
  ) {}

  /** Forgets what is parsed; called after a pull. */
  reload(): void {
    this.#trust = undefined;
    this.#status = undefined;
  }

  trustList(): TrustList | undefined {
    if (this.#trust !== undefined) return this.#trust.list;
    const bytes = this.outbox.settings.get(pulledSetting.trust);
    if (!(bytes instanceof Uint8Array)) return undefined;
    // A list that looks as if it came from the future is a matter of the clock, not of trust: the verdict names the clock.
    const verified = verifyTrustList(bytes, this.identity.root, this.identity.environment, this.crypto, Number.MAX_SAFE_INTEGER - 1_000);
    if (!verified.ok) return undefined;
    this.#trust = { bytes, list: verified.trust };
    return verified.trust;
  }

  statusList(): StatusList | undefined {
    if (this.#status !== undefined) return this.#status.list;
    const trust = this.trustList();
    const bytes = this.outbox.settings.get(pulledSetting.statusList);
    if (trust === undefined || !(bytes instanceof Uint8Array)) return undefined;
    const verified = verifyStatusListToken(bytes, trust, this.crypto, inflate);
    if (!verified.ok) return undefined;
    this.#status = { bytes, list: verified.list };
    return verified.list;
  }

  delegate(): Delegate | undefined {
    const newest = this.outbox.numbers.delegations()[0];
    return newest === undefined || newest.notBefore > this.now() ? undefined : { kcwt: newest.kcwt, seed: this.identity.seed };
  }
}
