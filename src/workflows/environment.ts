import type { SelectedPermit } from '../card/index.js';
import type { CardContext } from './ports.js';

const testEnvironment = 1;

/** Cards of profile 0 have no terminal authentication and no PIN: they are trusted, and issued, under a test root only (permit-application.md). */
export function environmentFits(ctx: CardContext, { profile }: SelectedPermit): boolean {
  const environment = ctx.trust.trustList()?.environment;
  return profile > 0 || environment === undefined || environment === testEnvironment;
}
