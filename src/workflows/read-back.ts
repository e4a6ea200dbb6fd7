import { PermitApplication, chipAuthenticate, streamFiles, type CardSession } from '../card/index.js';
import { done, failed, type Outcome } from '../contract/index.js';
import { sameBytes } from '../cose/index.js';
import type { Prepared } from './draft.js';
import { firstCounters } from './prepare.js';

/** Reads the issued card as any verifier would and compares every byte with what was signed. The chip proves the key that the SOD names. */
export async function readBack(session: CardSession, prepared: Prepared): Promise<Outcome<undefined>> {
  const application = await PermitApplication.select(session);
  if (application?.selected.lifeCycle !== 'activated') return failed('READ_BACK_DIFFERS', 'life cycle');
  const { sod } = await application.readFiles('sod');
  if (!sameBytes(sod, prepared.files.sod)) return failed('READ_BACK_DIFFERS', 'sod');
  const chip = await chipAuthenticate(session, prepared.chipKey);
  if (!chip.proven) return failed('READ_BACK_DIFFERS', 'chip');
  const read = await application.readFiles(...streamFiles);
  const differing = streamFiles.find((name) => !sameBytes(read[name], prepared.files[name]));
  if (differing !== undefined) return failed('READ_BACK_DIFFERS', differing);
  const { counters } = await application.chipStatus();
  const asStarted = counters.residence === firstCounters.residence && counters.endorsements === firstCounters.endorsements && counters.services === firstCounters.services;
  return asStarted ? done(undefined) : failed('READ_BACK_DIFFERS', 'counters');
}
