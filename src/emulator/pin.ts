import { type Answer, type Instruction, status } from './apdu.js';
import { DIGITS, type HolderSecrets, PIN_TRIES } from './holder-secrets.js';
import { OPENS, type Session } from './session.js';

// Reference data numbers of P2 (firmware-specs/access.md 2 and 5)
const REFERENCE = { pin: 0x01, can: 0x02 } as const;

const areDigits = (bytes: Uint8Array): boolean => bytes.every((byte) => byte >= 0x30 && byte <= 0x39);

/** VERIFY: the holder's PIN, or the CAN on the body. */
export function verify(secrets: HolderSecrets, session: Session, { p1, p2, data }: Instruction): Answer {
  if (p1 !== 0x00) return status(0x6a86);
  switch (p2) {
    case REFERENCE.pin:
      if (!OPENS.verifyPin(session)) return status(0x6982);
      return data.length === 0 ? pinState(secrets, session) : verifyPin(secrets, session, data);
    case REFERENCE.can:
      return OPENS.checkCan(session) ? checkCan(secrets, session, data) : status(0x6982);
    default:
      return status(0x6a88);
  }
}

/** 9000 verified in this session, else what a VERIFY would meet: 63CX, 6983, 6984. */
function pinState(secrets: HolderSecrets, session: Session): Answer {
  if (session.pinVerified) return status(0x9000);
  return status(barred(secrets) ?? 0x63c0 | secrets.tries);
}

function barred(secrets: HolderSecrets): 0x6983 | 0x6984 | undefined {
  if (!secrets.pinIsSet) return 0x6984;
  return secrets.tries === 0 ? 0x6983 : undefined;
}

function verifyPin(secrets: HolderSecrets, session: Session, pin: Uint8Array): Answer {
  if (pin.length !== DIGITS) return status(0x6700);
  if (!areDigits(pin)) return status(0x6a80);
  const sw = tryPin(secrets, session, pin);
  if (sw !== 0x9000) return status(sw);
  secrets.setTries(PIN_TRIES);
  session.pinVerified = true;
  session.maySign = true;
  return status(0x9000);
}

/** Counts the try, commits that, and compares only then: a power cut never gives a try back. The caller restores the tries after 9000. */
function tryPin(secrets: HolderSecrets, session: Session, pin: Uint8Array): number {
  session.forgetPin();
  const refused = barred(secrets);
  if (refused !== undefined) return refused;
  const left = secrets.tries - 1;
  secrets.setTries(left);
  return secrets.isPin(pin) ? 0x9000 : 0x63c0 | left;
}

function checkCan(secrets: HolderSecrets, session: Session, can: Uint8Array): Answer {
  if (can.length !== DIGITS) return status(0x6700);
  if (!areDigits(can)) return status(0x6a80);
  if (secrets.isCan(can)) return status(0x9000);
  session.wrongCans++;
  return status(0x6300);
}

/** CHANGE REFERENCE DATA: P1 01 sets an unset PIN, P1 00 replaces the old one. Neither counts as a verification. */
export function changeReferenceData(secrets: HolderSecrets, session: Session, { p1, p2, data }: Instruction): Answer {
  if (p1 > 0x01) return status(0x6a86);
  if (p2 !== REFERENCE.pin) return status(0x6a88);
  if (!(p1 === 0x01 ? OPENS.setPin(session) : OPENS.verifyPin(session))) return status(0x6982);
  if (data.length !== (p1 === 0x01 ? DIGITS : 2 * DIGITS)) return status(0x6700);
  if (!areDigits(data)) return status(0x6a80);
  if (p1 === 0x01 && secrets.pinIsSet) return status(0x6985);
  const sw = p1 === 0x01 ? 0x9000 : tryPin(secrets, session, data.slice(0, DIGITS));
  if (sw === 0x9000) secrets.setPin(data.slice(-DIGITS));
  return status(sw);
}

/** RESET RETRY COUNTER: the PIN is unset, a new one may be set. */
export function resetRetryCounter(secrets: HolderSecrets, session: Session, { p1, p2, data }: Instruction): Answer {
  if (p1 !== 0x03) return status(0x6a86);
  if (p2 !== REFERENCE.pin) return status(0x6a88);
  if (!OPENS.setPin(session)) return status(0x6982);
  if (data.length > 0) return status(0x6700);
  session.forgetPin();
  secrets.unsetPin();
  return status(0x9000);
}
