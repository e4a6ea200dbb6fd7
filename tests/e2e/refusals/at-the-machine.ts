import Database from 'better-sqlite3';
import { join } from 'node:path';
import { blockTerminal, currentRules, disableOperator, setRules } from '../../../src/platform/index.js';
import { askService } from '../ask-service.js';
import { operator, police, supervisor } from '../stage.js';
import { value } from '../stagehand.js';
import type { Hall } from './hall.js';
import { notice, type Refusal } from './refusal.js';

/** Machine, readers, platform, time and people: what is amiss around the card. */
const day = 86_400;

/** A card is about to be written when this happens. */
const beforeTheWriting = (code: NonNullable<Refusal['code']>, happens: (hall: Hall) => unknown): Refusal['meet'] =>
  async (hall) => {
    await hall.atWrite();
    await hall.world.put(hall.takeBlank());
    await happens(hall);
    await hall.clerk.enter();
    return notice(hall, code);
  };

/** From the first of those that need it to the one that brings it back: the refusals between share one outage. */
const platformAway = ({ world }: Hall): Promise<void> => world.platform.stop();
const platformBack = async (hall: Hall): Promise<void> => {
  hall.clock.set(0);
  await hall.world.platform.start();
  await hall.sync();
};

const signedOut = async ({ page }: Hall): Promise<void> => {
  await page.getByRole('button', { name: '菜单' }).click();
  await page.getByRole('button', { name: '退出登录' }).click();
  await page.getByLabel('口令', { exact: true }).waitFor();
};

/** Who signs in, and is told so there or on the home screen. */
const signingIn = (code: NonNullable<Refusal['code']>, { id, password }: { readonly id: string; readonly password: string }): Refusal['meet'] =>
  async (hall) => {
    await signedOut(hall);
    await hall.clerk.fillSignIn({ id, password });
    return notice(hall, code);
  };
/** Whoever is signed in, the clerk is again. */
const clerkAgain = async (hall: Hall): Promise<void> => {
  const { page, clerk } = hall;
  const password = page.getByLabel(clerk.label('password'), { exact: true });
  if (!(await password.isVisible())) await signedOut(hall);
  await clerk.signIn(operator);
};

/** Every number that this counter has was given. */
const giveAllNumbers = ({ world }: Hall): void => {
  const db = new Database(join(world.terminal('counter'), 'terminal.db'));
  try {
    db.prepare('update number_block set next = last + 1').run();
  } finally {
    db.close();
  }
};

const spoilTorn = async ({ page }: Hall): Promise<void> => {
  const { torn } = await askService(page, { workflow: 'counter-home' });
  for (const { serial } of torn) await askService(page, { workflow: 'spoil', serial, reason: '六周未续写' });
};

const outboxLimit = async ({ world }: Hall, records: number): Promise<void> =>
  world.platform.administer(async (platform) => {
    const { outboxLimit: before } = await currentRules(platform.storage);
    value(await setRules(platform, { outboxLimit: { ...before, records } }));
  });

export const atTheMachine: readonly Refusal[] = [
  { code: 'OPERATOR_UNKNOWN', what: 'nobody of this number signs in', meet: signingIn('OPERATOR_UNKNOWN', { id: 'X-999', password: 'x' }), after: clerkAgain },
  { code: 'OPERATOR_PASSWORD_WRONG', what: 'signed in with a wrong password', meet: signingIn('OPERATOR_PASSWORD_WRONG', { id: operator.id, password: 'x' }), after: clerkAgain },
  { code: 'ROLE_REQUIRED', what: 'a police officer signs in at the counter', meet: signingIn('ROLE_REQUIRED', police), after: clerkAgain },
  { code: 'LOCAL_DATA_CLOSED', what: 'the first sign-in of a colleague, alone', meet: signingIn('LOCAL_DATA_CLOSED', supervisor), after: clerkAgain },
  {
    code: 'OPERATOR_DISABLED',
    what: 'who left signs in',
    meet: async (hall) => {
      value(await hall.world.platform.administer((platform) => disableOperator(platform, police.id)));
      await hall.sync();
      return signingIn('OPERATOR_DISABLED', police)(hall);
    },
    after: clerkAgain,
  },
  { code: 'READER_NOT_FOUND', what: 'the reader was unplugged', meet: beforeTheWriting('READER_NOT_FOUND', ({ world }) => world.pcscd.unplug()), after: ({ world }) => world.pcscd.plugIn() },
  { code: 'READER_SERVICE_DOWN', what: 'the card service has stopped', meet: beforeTheWriting('READER_SERVICE_DOWN', ({ world }) => world.pcscd.kill()), after: ({ world }) => world.pcscd.restart() },
  { code: 'CLOCK_WRONG', what: 'the clock is an hour slow', meet: beforeTheWriting('CLOCK_WRONG', ({ clock }) => clock.set(-3_600)), after: async ({ clock }) => clock.set(0) },
  {
    code: 'PLATFORM_UNREACHABLE',
    what: 'the platform is away',
    meet: async (hall) => {
      await platformAway(hall);
      await hall.sync();
      return hall.page.locator('.notice');
    },
  },
  {
    code: 'PERMIT_FACTS_MISSING',
    what: 'another card, though the platform is away',
    meet: async (hall) => {
      await platformAway(hall);
      await hall.clerk.desk(() => hall.world.put('active-12'));
      await hall.clerk.meter.press('d');
      return hall.page.locator('.action-list .marked');
    },
  },
  {
    code: 'NUMBERS_EXHAUSTED',
    what: 'no permit number is left, the platform is away',
    meet: beforeTheWriting('NUMBERS_EXHAUSTED', async (hall) => {
      await platformAway(hall);
      giveAllNumbers(hall);
    }),
  },
  {
    code: 'STATUS_LIST_STALE',
    what: 'a permit by its number, eight days without the platform',
    meet: async (hall) => {
      await platformAway(hall);
      hall.clock.set(8 * day);
      await hall.clerk.meter.press('F4');
      await hall.page.locator('form.number input:focus').waitFor();
      await hall.clerk.meter.type(hall.numberOf('active-12'));
      await hall.clerk.enter();
      return notice(hall, 'STATUS_LIST_STALE');
    },
    after: async ({ clock }) => clock.set(0),
  },
  {
    code: 'ACCESS_CERTIFICATE_EXPIRED',
    what: 'three weeks without the platform',
    meet: beforeTheWriting('ACCESS_CERTIFICATE_EXPIRED', async (hall) => {
      await platformAway(hall);
      hall.clock.set(21 * day);
    }),
    after: async ({ clock }) => clock.set(0),
  },
  {
    code: 'DELEGATION_EXPIRED',
    what: 'six weeks without the platform',
    meet: beforeTheWriting('DELEGATION_EXPIRED', async (hall) => {
      await platformAway(hall);
      // A card that is half written could be finished without signing: the terminal would look at its rights first.
      await spoilTorn(hall);
      hall.clock.set(42 * day);
    }),
    after: platformBack,
  },
  {
    code: 'OUTBOX_FULL',
    what: 'more waits than the city allows',
    meet: async (hall) => {
      await outboxLimit(hall, 1);
      await hall.sync();
      await platformAway(hall);
      await hall.atWrite();
      await hall.world.put('due-9');
      await hall.form('answers', hall.wholeForm(), { photo: true });
      await hall.clerk.next();
      return notice(hall, 'OUTBOX_FULL');
    },
    after: async (hall) => {
      await platformBack(hall);
      await outboxLimit(hall, 20_000);
      await hall.sync();
    },
  },
  {
    code: 'OPERATORS_STALE',
    what: 'signed in after eight days without the platform',
    meet: async (hall) => {
      await platformAway(hall);
      hall.clock.set(8 * day);
      return signingIn('OPERATORS_STALE', operator)(hall);
    },
    // The platform is there again, eight days later: from here on it is then.
    after: async (hall) => {
      await hall.world.platform.start();
      await askService(hall.page, { workflow: 'sync' });
      await clerkAgain(hall);
    },
  },
  {
    code: 'TERMINAL_BLOCKED',
    what: 'this terminal was blocked',
    meet: async (hall) => {
      value(await hall.world.platform.administer((platform) => blockTerminal(platform, hall.world.counter.terminals.counter)));
      await hall.sync();
      return hall.page.locator('.notice');
    },
  },
];
