import { randomBytes } from 'node:crypto';
import { signSign1 } from '../cose/index.js';
import { nodeCrypto } from '../node-crypto/index.js';
import { encodeDelegation, kindOfObject, permitTyp } from '../permit/index.js';
import { currentRules } from './config.js';
import type { PlatformKeys } from './keys.js';
import { HttpRefusal } from './refusal.js';
import type { Settings } from './settings.js';
import type { Delegation, Storage, Terminal } from './storage/ports.js';

/** The terminal's clock may lag; payload.md 2.3 lets nothing be signed before the certificate begins. */
const clockLag = 300;

/** What `kinds` a counter may sign: SOD, residence, endorsement, service slot. */
const kinds = Object.values(kindOfObject);

const day = 86_400;

/**
 * The certificate in force for a terminal's key. It lives at least twice the longest closure and a week, and is renewed when less than that is left: a
 * terminal that was on-line yesterday issues through the whole closure. Also renewed when its index block is reported used. TERMINAL_BLOCKED for a
 * blocked terminal.
 */
export const currentDelegation = async (keys: PlatformKeys, storage: Storage, settings: Settings, terminal: Terminal, now: number): Promise<Delegation> => {
  if (terminal.state === 'blocked') throw new HttpRefusal(403, 'TERMINAL_BLOCKED');
  const needed = ((await currentRules(storage)).closureDays + 7) * day;
  const block = await storage.stock.indexBlock(terminal.id, settings.indexBlock);
  const held = await storage.trust.newestDelegation(terminal.id);
  if (held !== undefined && held.firstIndex === block.first && held.validFrom <= now && held.validUntil - now >= needed) return held;
  const cti = new Uint8Array(randomBytes(8));
  const window = { validFrom: now - clockLag, validUntil: now + Math.max(settings.delegationSeconds, 2 * needed) };
  const payload = encodeDelegation({
    terminal: terminal.id,
    expires: window.validUntil,
    notBefore: window.validFrom,
    id: cti,
    publicKey: terminal.ed25519,
    kinds,
    prefixes: terminal.prefixes,
    firstIndex: block.first,
    lastIndex: block.last,
  });
  const token = signSign1({ typ: permitTyp.delegation, kid: keys.issuer.kid, payload, seed: keys.issuer.seed, tagged: false }, nodeCrypto.ed25519);
  const made: Delegation = { cti, terminal: terminal.id, ...window, firstIndex: block.first, lastIndex: block.last, token };
  await storage.trust.addDelegation(made);
  return made;
};
