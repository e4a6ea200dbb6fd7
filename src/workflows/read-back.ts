import { PermitApplication, checkCan, chipAuthenticate, putObject, readObject, streamFiles, type CardSession } from '../card/index.js';
import { done, failed, type Outcome } from '../contract/index.js';
import { sameBytes } from '../cose/index.js';
import type { Prepared } from './draft.js';
import type { CardContext } from './ports.js';
import { firstCounters } from './prepare.js';
import { entitled, proveRights, within } from './prove-rights.js';
import { putRefusal } from './update-target.js';

/**
 * Reads the issued card as any verifier would and compares every byte with what was signed. The chip proves the key that the SOD names, and it knows this terminal by
 * the trust point that it was given: a card that nobody could open ends here. An endorsement that is carried over from an older card is written here, with the rights
 * that only an activated card grants.
 */
export async function readBack(ctx: CardContext, session: CardSession, prepared: Prepared): Promise<Outcome<undefined>> {
  const application = await PermitApplication.select(session);
  if (application?.selected.lifeCycle !== 'activated') return failed('READ_BACK_DIFFERS', 'life cycle');
  const { sod } = await application.readFiles('sod');
  if (!sameBytes(sod, prepared.files.sod)) return failed('READ_BACK_DIFFERS', 'sod');
  const chip = await chipAuthenticate(session, prepared.chipKey);
  if (!chip.proven) return failed('READ_BACK_DIFFERS', 'chip');
  const proved = await proveRights(ctx, session, { chipKey: prepared.chipKey, proof: chip }, { right: 'inspect', purpose: 'issue' });
  if (!proved.ok) return proved;
  const read = await within('inspect', async () => done(await application.readFiles(...streamFiles)));
  if (!read.ok) return read;
  const differing = streamFiles.find((name) => !sameBytes(read.value[name], prepared.files[name]));
  if (differing !== undefined) return failed('READ_BACK_DIFFERS', differing);
  const can = entitled(ctx, 'manage').ok ? await within('manage', async () => done(await checkCan(session, prepared.can))) : done(true);
  if (!can.ok) return can;
  if (!can.value) return failed('READ_BACK_DIFFERS', 'can');
  const { counters } = await application.chipStatus();
  const carried = prepared.endorsement;
  const asStarted = counters.residence === firstCounters.residence && counters.services === firstCounters.services;
  const endorsements = counters.endorsements - firstCounters.endorsements;
  if (!asStarted || endorsements < 0 || endorsements > (carried === undefined ? 0 : 1)) return failed('READ_BACK_DIFFERS', 'counters');
  return carried === undefined ? done(undefined) : carryOver(application, carried, endorsements === 1);
}

/** The endorsement of the permit onto its new card, unless a run before this one wrote it already. */
async function carryOver(application: PermitApplication, endorsement: Uint8Array, written: boolean): Promise<Outcome<undefined>> {
  const counter = firstCounters.endorsements + 1;
  const target = { file: 'endorsements' } as const;
  try {
    if (!written) await putObject(application.session, target, counter, endorsement);
  } catch (error) {
    const refused = putRefusal(error, target);
    if (refused === undefined) throw error;
    return refused;
  }
  const { object, status } = await readObject(application, target);
  return sameBytes(object, endorsement) && status.counters.endorsements === counter ? done(undefined) : failed('READ_BACK_DIFFERS', 'endorsements');
}
