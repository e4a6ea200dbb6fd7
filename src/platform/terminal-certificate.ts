import { syncTyp } from '../contract/index.js';
import { sameBytes } from '../cose/index.js';
import { CvcError, parseCvRequest, type CvCertificate, type CvRequest } from '../cvc/index.js';
import { addDays, dateInChina } from '../permit/index.js';
import { authoritiesOf, issue, sequenceOf, verifierInForce } from './card-verifiable.js';
import { currentRules } from './config.js';
import type { Platform } from './platform.js';
import { HttpRefusal } from './refusal.js';
import { signMap } from './signed-objects.js';
import type { Terminal } from './storage/ports.js';

/** Days that a certificate lives beyond the longest closure (terminal-authentication.md 1.2). */
const margin = 7;
/** The five digits of the CHR; who asks more often begins anew. */
const sequences = 99_999;

const requestOf = (body: Uint8Array): CvRequest => {
  try {
    return parseCvRequest(body);
  } catch (error) {
    if (error instanceof CvcError) throw new HttpRefusal(400, 'INPUT_INVALID');
    throw error;
  }
};

const sameList = (a: readonly (string | number)[], b: readonly (string | number)[]): boolean => a.join() === b.join();

/** Whether an answer that was lost may be given once more: the same key on the same day, and nothing has changed since. */
const answers = (held: CvCertificate, request: CvRequest, terminal: Terminal, verifier: CvCertificate, today: string): boolean =>
  held.effective === today &&
  sameBytes(held.publicKey, request.publicKey) &&
  held.authorityReference === verifier.holderReference &&
  sameList(held.rights, terminal.rights) &&
  sameList(held.departments, terminal.departments);

/**
 * Body of POST /v1/terminal-certificate → signed answer (sync.md 5.2). Throws HttpRefusal 400 for a request that is none or is for another terminal, 403 for a blocked
 * terminal, 409 for one without rights; CodedError HSM_UNAVAILABLE, CLOCK_WRONG, STORAGE_*.
 */
export const terminalCertificate = async (platform: Platform, body: Uint8Array, terminal: Terminal): Promise<Uint8Array> => {
  if (terminal.state === 'blocked') throw new HttpRefusal(403, 'TERMINAL_BLOCKED');
  const { keys, storage } = platform;
  const request = requestOf(body);
  const reference = `CN${terminal.id}`;
  if (request.holderReference !== reference + sequenceOf(0)) throw new HttpRefusal(400, 'INPUT_INVALID');
  if (terminal.rights.length === 0) throw new HttpRefusal(409, 'ACCESS_RIGHT_MISSING');
  const { closureDays } = await currentRules(storage);
  const now = platform.clock();
  const today = dateInChina(now);
  const until = addDays(today, closureDays + margin);
  const chain = await storage.certificates.change(async (rows) => {
    const authorities = await authoritiesOf(keys, rows, now);
    const verifier = await verifierInForce(keys, rows, authorities, until, now);
    const held = await rows.newest(terminal.id);
    if (held !== undefined && answers(held.certificate, request, terminal, verifier, today)) return { authorities, verifier, own: held.certificate };
    const number = (held?.number ?? 0) + 1;
    const own = issue(
      {
        authorityReference: verifier.holderReference,
        holderReference: reference + sequenceOf(((number - 1) % sequences) + 1),
        publicKey: request.publicKey,
        role: 'terminal',
        rights: terminal.rights,
        departments: terminal.departments,
        effective: today,
        expires: until < verifier.expires ? until : verifier.expires,
      },
      keys.documentVerifier,
      verifier.publicKey,
    );
    await rows.add(terminal.id, number, own, now);
    return { authorities, verifier, own };
  });
  return signMap(syncTyp.access, [[1, chain.authorities.map(({ encoded }) => encoded)], [2, chain.verifier.encoded], [3, chain.own.encoded], [4, now]], keys.platform);
};
