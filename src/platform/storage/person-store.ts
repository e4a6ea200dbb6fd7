import type { BoxedRecord, HeldPermit, PersonStore } from './ports.js';
import { write, type Db, type KyselyAccess } from './write.js';

interface BoxedRow {
  readonly origin_terminal: string;
  readonly origin_epoch: number;
  readonly origin_seq: number;
  readonly at: number;
  readonly box: Uint8Array;
}
const boxed = ({ origin_terminal: terminal, origin_epoch: epoch, origin_seq: seq, at, box }: BoxedRow): BoxedRecord => ({ origin: { terminal, epoch, seq }, at, box: new Uint8Array(box) });

const held = async (db: Db, personKey: Uint8Array, permitNumber: string): Promise<HeldPermit | undefined> => {
  const capture = await db
    .selectFrom('captures')
    .select(['origin_terminal', 'origin_epoch', 'origin_seq', 'captured_at as at', 'box'])
    .where('person_key', '=', personKey)
    .where('permit_number', '=', permitNumber)
    .orderBy('captured_at', 'desc')
    .orderBy('origin_terminal', 'desc')
    .orderBy('origin_seq', 'desc')
    .executeTakeFirst();
  if (capture === undefined) return undefined;
  const moved = await db
    .selectFrom('events')
    .select(['origin_terminal', 'origin_epoch', 'origin_seq', 'at', 'box'])
    .where('permit_number', '=', permitNumber)
    .where('type', '=', 'residence-change')
    .where('applied', '=', 1)
    .where('at', '>=', capture.at)
    .orderBy('at', 'desc')
    .orderBy('origin_seq', 'desc')
    .executeTakeFirst();
  return { permitNumber, capture: boxed(capture), moved: moved?.box === undefined || moved.box === null ? undefined : boxed({ ...moved, box: moved.box }) };
};

/** What is known of one person, found by the key alone, and who asked for it. */
export const personStore = (access: KyselyAccess): PersonStore => ({
  permits: async (personKey) => {
    const { db } = access;
    const permits = await db.selectFrom('permits').select('permit_number').where('person_key', '=', personKey).orderBy('issued_at', 'desc').orderBy('permit_number', 'desc').execute();
    const found: HeldPermit[] = [];
    for (const { permit_number: permitNumber } of permits) {
      const permit = await held(db, personKey, permitNumber);
      if (permit !== undefined) found.push(permit);
    }
    return found;
  },

  noteLook: ({ personKey, lookId, terminal, purpose, permits, at, box }) =>
    write(access, async (tx) => {
      await tx
        .insertInto('person_looks')
        .values({ person_key: personKey, look_id: lookId, terminal_id: terminal, purpose, permits, at, box })
        .onConflict((c) => c.columns(['person_key', 'look_id', 'terminal_id']).doNothing())
        .execute();
    }),
});
