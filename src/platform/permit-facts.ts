import { dateInChina, stateOn } from '../permit/index.js';
import { syncTyp, type PermitFacts } from '../contract/index.js';
import { currentRules } from './config.js';
import { tellLife } from './intake/life.js';
import type { PlatformKeys } from './keys/index.js';
import { signMap } from './signed-objects.js';
import type { Storage } from './storage/ports.js';

/** What may be said of a permit by its number: its state today, its dates and its cards; nothing of the holder. Undefined: no such permit. */
export const permitFactsOf = async (storage: Storage, permitNumber: string, now: number): Promise<PermitFacts | undefined> => {
  const permit = await storage.permits.find(permitNumber);
  if (permit === undefined) return undefined;
  const { endorsementDueDayCounts } = await currentRules(storage);
  const { file } = tellLife(await storage.lookups.events(permitNumber), endorsementDueDayCounts);
  const { goodUntil, yearsCountFrom } = file ?? permit;
  const expiresOn = file?.expiresOn ?? permit.expiresOn;
  return {
    permitNumber,
    state: file === undefined ? permit.state : stateOn(file, dateInChina(now), { endorsementDueDayCounts }),
    kind: permit.kind === 2 ? 2 : 1,
    issuedOn: file?.issuedOn ?? permit.issuedOn,
    ...(expiresOn === undefined ? {} : { expiresOn }),
    ...(goodUntil === undefined ? {} : { goodUntil }),
    ...(yearsCountFrom === undefined ? {} : { yearsCountFrom }),
    cards: (await storage.lookups.cards(permitNumber)).map(({ serial, statusIndex, status }) => ({ serial, statusIndex, status })),
    at: now,
  };
};

/** `wz-permit` of sync.md 5. */
export const signPermitFacts = (keys: PlatformKeys, facts: PermitFacts): Uint8Array =>
  signMap(
    syncTyp.permit,
    [
      [1, facts.permitNumber],
      [2, facts.state],
      [3, facts.kind],
      [4, facts.issuedOn],
      [5, facts.expiresOn ?? null],
      [6, facts.goodUntil ?? null],
      [7, facts.cards.map(({ serial, statusIndex, status }) => [serial, statusIndex, status])],
      [8, facts.at],
      [9, facts.yearsCountFrom ?? null],
    ],
    keys.platform,
  );
