import type { PKCS11, Template } from 'pkcs11js';
import { CodedError } from '../../contract/index.js';

/**
 * What we use of a PKCS#11 module (OASIS PKCS#11 3.1), by pkcs11js 2.1.7; the native code is loaded by `loadModule` and so only where a folder names a
 * module. Every error that comes out of it becomes CodedError HSM_UNAVAILABLE here, with the name of the return value; PINs and data are in none.
 */
export type Handle = Uint8Array;

export const mechanisms = {
  generateAes: 0x1080,
  generateEc: 0x1040,
  generateEdwards: 0x1055,
  aesCmac: 0x108a,
  /** over a hash that we make: CKM_ECDSA_SHA256 is missing in many modules */
  ecdsa: 0x1041,
  eddsa: 0x1057,
} as const;

export const attributes = {
  class: 0x0000,
  token: 0x0001,
  private: 0x0002,
  label: 0x0003,
  keyType: 0x0100,
  sensitive: 0x0103,
  encrypt: 0x0104,
  decrypt: 0x0105,
  wrap: 0x0106,
  unwrap: 0x0107,
  sign: 0x0108,
  verify: 0x010a,
  derive: 0x010c,
  valueLength: 0x0161,
  extractable: 0x0162,
  ecParams: 0x0180,
  ecPoint: 0x0181,
} as const;

export const classes = { publicKey: 2, privateKey: 3, secretKey: 4 } as const;
export const keyTypeAes = 0x1f;

export type Attributes = Partial<Record<keyof typeof attributes, boolean | number | string | Uint8Array>>;

const cku = { user: 1 } as const;
const ckf = { readWrite: 2, serial: 4 } as const;
const ckr = { pinIncorrect: 0xa0, pinLocked: 0xa4, alreadyLoggedIn: 0x100, notInitialised: 0x190, alreadyInitialised: 0x191 } as const;

const codeOf = (error: unknown): number | undefined => (error instanceof Error && 'code' in error && typeof error.code === 'number' ? error.code : undefined);

/** The name of the return value; any other text stays in the cause. */
const nameOf = (error: unknown): string => (error instanceof Error ? (/CKR_\w+/.exec(error.message)?.[0] ?? 'module') : 'module');

const unavailable = (error: unknown): CodedError => (error instanceof CodedError ? error : new CodedError('HSM_UNAVAILABLE', nameOf(error), { cause: error }));

const guarded = <T>(work: () => T): T => {
  try {
    return work();
  } catch (error) {
    throw unavailable(error);
  }
};

/** Like `guarded`, but one return value is as good as success. */
const tolerating = (code: number, work: () => void): void => {
  try {
    work();
  } catch (error) {
    if (codeOf(error) !== code) throw unavailable(error);
  }
};

/** Whether the token refused the PIN: trying again would use up its tries. */
export const isPinRefusal = (error: unknown): boolean => {
  const code = error instanceof CodedError ? codeOf(error.cause) : undefined;
  return code !== undefined && code >= ckr.pinIncorrect && code <= ckr.pinLocked;
};

const templateOf = (wanted: Attributes): Template =>
  Object.entries(wanted).map(([name, value]) => ({ type: attributes[name as keyof typeof attributes], value: value instanceof Uint8Array ? Buffer.from(value) : value }));

/** One session of a module. */
export class Session {
  constructor(
    private readonly native: PKCS11,
    private readonly handle: Buffer,
  ) {}

  /** A login is the process's, not the session's: another session may have made it. */
  login(pin: string): void {
    tolerating(ckr.alreadyLoggedIn, () => this.native.C_Login(this.handle, cku.user, pin));
  }

  /** At most two: enough to tell one from many. */
  find(wanted: Attributes): Handle[] {
    return guarded(() => {
      this.native.C_FindObjectsInit(this.handle, templateOf(wanted));
      try {
        return this.native.C_FindObjects(this.handle, 2);
      } finally {
        this.native.C_FindObjectsFinal(this.handle);
      }
    });
  }

  read(object: Handle, name: keyof typeof attributes): Uint8Array {
    return guarded(() => new Uint8Array(this.native.C_GetAttributeValue(this.handle, Buffer.from(object), [{ type: attributes[name] }])[0]?.value ?? []));
  }

  generatePair(mechanism: number, publicKey: Attributes, privateKey: Attributes): Handle[] {
    return guarded(() => {
      const pair = this.native.C_GenerateKeyPair(this.handle, { mechanism }, templateOf(publicKey), templateOf(privateKey));
      return [pair.publicKey, pair.privateKey];
    });
  }

  generate(mechanism: number, wanted: Attributes): Handle {
    return guarded(() => this.native.C_GenerateKey(this.handle, { mechanism }, templateOf(wanted)));
  }

  destroy(object: Handle): void {
    guarded(() => this.native.C_DestroyObject(this.handle, Buffer.from(object)));
  }

  /** @param length of the signature or MAC; an answer of another length is refused */
  sign(mechanism: number, key: Handle, data: Uint8Array, length: number): Uint8Array {
    return guarded(() => {
      this.native.C_SignInit(this.handle, { mechanism }, Buffer.from(key));
      const made = new Uint8Array(this.native.C_Sign(this.handle, Buffer.from(data), Buffer.alloc(length)));
      if (made.length !== length) throw new CodedError('HSM_UNAVAILABLE', `${made.length} bytes where ${length} belong`);
      return made;
    });
  }

  close(): void {
    guarded(() => this.native.C_CloseSession(this.handle));
  }
}

/** A loaded module, shared by all who use it in this process: C_Finalize would end the sessions of the others too. */
export class Module {
  #users = 0;

  constructor(private readonly native: PKCS11) {}

  use(): this {
    this.#users += 1;
    return this;
  }

  release(): void {
    this.#users -= 1;
    if (this.#users === 0) tolerating(ckr.notInitialised, () => this.native.C_Finalize());
  }

  #labelOf(slot: Buffer): string | undefined {
    try {
      return this.native.C_GetTokenInfo(slot).label.trimEnd();
    } catch {
      // A slot that is out of order is not the one we look for; another may be.
      return undefined;
    }
  }

  #slotsOf(label: string): Buffer[] {
    tolerating(ckr.alreadyInitialised, () => this.native.C_Initialize());
    return guarded(() => this.native.C_GetSlotList(true).filter((slot) => this.#labelOf(slot) === label));
  }

  /**
   * A session with the one token of this label. Many modules look for their devices once, when they are initialised: one that does not find the token is
   * begun anew, which ends the sessions of all others here; they open theirs again.
   */
  open(label: string, options: { readonly readWrite: boolean }): Session {
    let slots = this.#slotsOf(label);
    if (slots.length === 0) {
      tolerating(ckr.notInitialised, () => this.native.C_Finalize());
      slots = this.#slotsOf(label);
    }
    const [slot] = slots;
    if (slot === undefined || slots.length > 1) throw new CodedError('HSM_UNAVAILABLE', `${slots.length} tokens of this label`);
    return guarded(() => new Session(this.native, this.native.C_OpenSession(slot, ckf.serial | (options.readWrite ? ckf.readWrite : 0))));
  }
}

const modules = new Map<string, Module>();

/** Loads pkcs11js and with it the module's shared library, once. Throws CodedError HSM_UNAVAILABLE. */
export const loadModule = async (path: string): Promise<Module> => {
  const { default: binding } = await import('pkcs11js').catch((cause: unknown) => {
    throw new CodedError('HSM_UNAVAILABLE', 'pkcs11js is not there or not built', { cause });
  });
  const found = modules.get(path);
  if (found !== undefined) return found.use();
  const native = new binding.PKCS11();
  try {
    native.load(path);
  } catch (cause) {
    throw new CodedError('HSM_UNAVAILABLE', 'the module does not load', { cause });
  }
  const made = new Module(native);
  modules.set(path, made);
  return made.use();
};
