import { describe, expect, it } from 'vitest';
import { terminalAuthenticate, type AccessPurpose, type TerminalAuthentication } from '../../src/card/index.js';
import { verifyP256 } from '../../src/node-crypto/index.js';
import { readVectors } from './read.js';
import { bytes, hex } from './shared.js';
import type { AccessScenario } from './terminal-authentication-vectors.js';
import { asTheFileSays, cardReads, sessionUnder, type VectorKeys } from './under-keys.js';

const file = readVectors<VectorKeys & { chipPoint: string; terminal: { publicKey: string }; granted: AccessScenario[]; refused: AccessScenario[] }>('terminal-authentication.json');
const compressedEphemeral = readVectors<{ compressedEphemeral: string }>('chip-authentication.json').compressedEphemeral;
const all = [...file.granted, ...file.refused].map((scenario) => [scenario.name, scenario] as const);

/** The terminal plays the scenario against the file's answers; it signs what it signs, and sends what the file has signed. */
async function play(scenario: AccessScenario, extended: boolean): Promise<{ answer: TerminalAuthentication; sent: string[]; signed: string[]; secured: boolean }> {
  const { exchanges, short, chain, holderReference, claim } = scenario;
  const answers = exchanges.flatMap(({ response }, i) => [...(extended ? [] : (short[i] ?? []).slice(1).map(() => '9000')), response]);
  const { session, sent } = sessionUnder(file, answers, extended);
  const signed: string[] = [];
  const credentials = {
    chain: chain.map(({ authorityReference, data }) => ({ authorityReference, data: bytes(data) })),
    holderReference,
    sign: (message: Uint8Array) => {
      signed.push(hex(message));
      return bytes(scenario.signed.signature);
    },
  };
  const chip = { chipKey: bytes(file.chipPoint), ephemeral: bytes(compressedEphemeral) };
  const answer = await terminalAuthenticate(session, chip, credentials, { time: claim.time, purpose: claim.purpose as AccessPurpose });
  return { answer, sent, signed, secured: session.secured };
}

describe.each([
  ['extended', true],
  ['short, in chains', false],
])('terminal-authentication.json, %s APDUs', (_, extended) => {
  it.each(all)('%s', async (_name, scenario) => {
    const { answer, sent, secured } = await play(scenario, extended);
    expect(answer).toEqual(scenario.refused === undefined ? { granted: true } : { granted: false, ...scenario.refused });
    expect(sent).toEqual(extended ? scenario.exchanges.map(({ wrapped }) => wrapped) : scenario.short.flat());
    expect(secured).toBe(scenario.refused === undefined);
  });
});

describe('terminal-authentication.json', () => {
  it.each(all)('what is signed, as the card reads it: %s', async (_, scenario) => {
    const { idPicc, challenge, ephemeral, message, signature } = scenario.signed;
    expect(message).toBe(idPicc + challenge + ephemeral + scenario.auxiliary);
    expect(verifyP256(bytes(file.terminal.publicKey), bytes(message), bytes(signature))).toBe(true);
    expect(cardReads(file, scenario.exchanges)).toEqual(asTheFileSays(scenario.exchanges));
    const { signed } = await play(scenario, true);
    const right = idPicc === file.chipPoint.slice(2, 66) && challenge === scenario.challenge && ephemeral === compressedEphemeral;
    const reached = scenario.exchanges.at(-1)?.name === 'EXTERNAL AUTHENTICATE';
    // The terminal itself signs the right parts only; a signature over others stands in the file to be refused.
    expect(signed.map((own) => own === message)).toEqual(reached ? [right] : []);
    if (reached) expect(right).toBe(scenario.refused === undefined);
  });

  it('names every refusal but those that a correct terminal cannot meet', () => {
    const reasons = new Set(file.refused.map(({ refused }) => refused?.reason));
    expect([...reasons].sort()).toEqual(['certificate-signature', 'dates', 'malformed', 'role', 'signature', 'terminal', 'unknown-signer']);
  });
});
