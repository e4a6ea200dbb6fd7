import { createHash, createHmac, randomBytes, timingSafeEqual } from 'node:crypto';

const hashOf = (text: string): Uint8Array => new Uint8Array(createHash('sha256').update(text).digest());

export interface AdmissionOptions {
  /** text of the key under which cookies are made; drawn unless stated */
  readonly key?: string | undefined;
  /** milliseconds for which an address may be opened; five minutes unless stated: it may have to be copied by hand */
  readonly tokenMs?: number;
  readonly now?: () => number;
}

/** Addresses that wait to be opened; more are not handed out at a time. */
const mostTokens = 8;
/** A kiosk's browser runs for months. */
const cookieSeconds = 400 * 86_400;

/** Who may come in: one-time tokens in addresses, exchanged for a cookie that only this service (and the next one with the same key) makes. */
export class Admission {
  readonly #key: Uint8Array;
  readonly #tokenMs: number;
  readonly #now: () => number;
  #tokens: { readonly hash: Uint8Array; readonly until: number }[] = [];

  constructor({ key, tokenMs = 300_000, now = Date.now }: AdmissionOptions = {}) {
    this.#key = key === undefined || key === '' ? new Uint8Array(randomBytes(32)) : hashOf(key);
    this.#tokenMs = tokenMs;
    this.#now = now;
  }

  /** 32 random bytes, base64url; the oldest gives way. */
  token(): string {
    const token = randomBytes(32).toString('base64url');
    this.#tokens = [...this.#tokens, { hash: hashOf(token), until: this.#now() + this.#tokenMs }].slice(-mostTokens);
    return token;
  }

  /** The cookie's value for a token that nobody has used; it is used from now on. */
  admit(token: string): string | undefined {
    const hash = hashOf(token);
    const now = this.#now();
    // Hashes of equal length, all of them: what differs, and where, takes the same time.
    const found = this.#tokens.filter((each) => timingSafeEqual(each.hash, hash));
    this.#tokens = this.#tokens.filter((each) => !found.includes(each) && each.until > now);
    if (!found.some(({ until }) => until > now)) return undefined;
    const name = randomBytes(16).toString('base64url');
    return `${name}.${this.#tag(name)}`;
  }

  knows(cookie: string | undefined): boolean {
    const [name = '', tag = '', ...more] = (cookie ?? '').split('.');
    return name !== '' && more.length === 0 && timingSafeEqual(hashOf(tag), hashOf(this.#tag(name)));
  }

  /** For `Set-Cookie`. Cookies of one machine are shared by its ports: the name tells ours from another program's. */
  static header(port: number, value: string): string {
    return `${cookieName(port)}=${value}; HttpOnly; SameSite=Strict; Path=/; Max-Age=${cookieSeconds}`;
  }

  #tag(name: string): string {
    return createHmac('sha256', this.#key).update(name).digest('base64url');
  }
}

const cookieName = (port: number): string => `residence-card-${port}`;

/** Of a `Cookie` header. */
export const cookieOf = (header: string | undefined, port: number): string | undefined => {
  const wanted = `${cookieName(port)}=`;
  return header
    ?.split(';')
    .map((each) => each.trim())
    .find((each) => each.startsWith(wanted))
    ?.slice(wanted.length);
};
