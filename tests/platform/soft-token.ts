import { execFileSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pkcs11js from 'pkcs11js';

/** Debian's name first, then Fedora's. */
const libraries = ['/usr/lib/softhsm/libsofthsm2.so', '/usr/lib64/softhsm/libsofthsm.so', '/usr/lib64/pkcs11/libsofthsm2.so'];

/** A token of SoftHSM 2 in a folder of its own. Its settings and the PIN stand in the environment of this process, where the product looks for them. */
export class SoftToken {
  readonly module = libraries.find((path) => existsSync(path)) ?? 'softhsm2 is not installed';
  readonly token = 'residence card test';
  readonly pin = '29517384';
  readonly #folder = mkdtempSync(join(tmpdir(), 'soft-token-'));
  readonly #tokens = join(this.#folder, 'tokens');

  constructor() {
    mkdirSync(this.#tokens);
    writeFileSync(join(this.#folder, 'softhsm2.conf'), `directories.tokendir = ${this.#tokens}\nobjectstore.backend = file\nlog.level = ERROR\n`);
    this.enter();
    execFileSync('softhsm2-util', ['--init-token', '--free', '--label', this.token, '--so-pin', '61837294', '--pin', this.pin], { env: process.env });
  }

  get place(): { readonly module: string; readonly token: string } {
    return { module: this.module, token: this.token };
  }

  enter(): void {
    process.env['SOFTHSM2_CONF'] = join(this.#folder, 'softhsm2.conf');
    process.env['RESIDENCE_CARD_HSM_PIN'] = this.pin;
  }

  /** The module past the product: another user of the same library in this process, which is how a session is lost. */
  raw<T>(work: (native: pkcs11js.PKCS11, slot: Buffer) => T): T {
    const native = new pkcs11js.PKCS11();
    native.load(this.module);
    const slot = native.C_GetSlotList(true).find((each) => native.C_GetTokenInfo(each).label.trimEnd() === this.token);
    if (slot === undefined) throw new Error('no token');
    return work(native, slot);
  }

  /** What a reset of the device does to a program that uses it. */
  reset(): void {
    const native = new pkcs11js.PKCS11();
    native.load(this.module);
    native.C_Finalize();
  }

  /** Objects of a class and label, in a session that may write. */
  objects<T>(kind: number, label: string, work: (native: pkcs11js.PKCS11, session: Buffer, found: Buffer[]) => T): T {
    return this.raw((native, slot) => {
      const session = native.C_OpenSession(slot, pkcs11js.CKF_SERIAL_SESSION | pkcs11js.CKF_RW_SESSION);
      try {
        native.C_FindObjectsInit(session, [{ type: pkcs11js.CKA_CLASS, value: kind }, { type: pkcs11js.CKA_LABEL, value: label }]);
        const found = native.C_FindObjects(session, 10);
        native.C_FindObjectsFinal(session);
        return work(native, session, found);
      } finally {
        native.C_CloseSession(session);
      }
    });
  }

  /** Takes the token out, as a machine without it would be; the function that comes back puts it in again. */
  unplug(): () => void {
    this.reset();
    const aside = join(this.#folder, 'aside');
    cpSync(this.#tokens, aside, { recursive: true });
    rmSync(this.#tokens, { recursive: true });
    mkdirSync(this.#tokens);
    return () => cpSync(aside, this.#tokens, { recursive: true });
  }

  remove(): void {
    delete process.env['SOFTHSM2_CONF'];
    delete process.env['RESIDENCE_CARD_HSM_PIN'];
    rmSync(this.#folder, { recursive: true, force: true });
  }
}
