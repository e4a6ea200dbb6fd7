import { CardSession, makeEphemeralKeyAhead, type Traffic } from '../card/index.js';
import { done, type Outcome } from '../contract/index.js';
import { decodeHolder, decodePhoto, type Holder, type Permit, type Residence, type ServiceSlot, type Verdict } from '../permit/index.js';
import { attempt } from './attempt.js';
import { heldFiles, openCard, show, tell, type HeldName } from './inspect.js';
import { authenticate, judge, type Judged } from './judge.js';
import type { VerifyContext } from './ports.js';
import { recordOf } from './verify-permit.js';

/** Holder and Photo only when their digests stand in an authentic SOD; Residence and the slots of Services only when their own signatures are right. */
export interface PermitContents {
  readonly permit: Permit;
  readonly holder: Holder;
  /** JPEG. */
  readonly photo: Uint8Array;
  readonly residence?: Residence;
  /** Department number to its slot; absent when the card holds no authentic one. */
  readonly services?: ReadonlyMap<number, ServiceSlot>;
}

export interface Read {
  readonly verdict: Verdict;
  /** Absent when the card is not authentic or its chip did not prove itself: then nothing on it is shown as anybody's data. */
  readonly contents?: PermitContents;
  readonly seq: number;
  readonly traffic: Traffic;
}

/** The verdict together with the card's contents, as the counter shows them to the holder. */
export function readPermit(ctx: VerifyContext): Promise<Outcome<Read>> {
  return attempt(async () => {
    const session = new CardSession(ctx.channel);
    try {
      const opened = await openCard(ctx, session);
      if (!opened.ok) return opened;
      const shown = await show(ctx, opened.value, (files) => authenticate(ctx, files));
      const held = shown.chip === 'proved' ? await opened.value.application.readFiles(...heldFiles) : undefined;
      tell(ctx, 'verdict');
      const judged = judge(ctx, shown, held);
      const contents = held === undefined ? undefined : contentsOf(judged, held);
      const { verdict } = judged;
      const seq = ctx.outbox.enqueue(recordOf(ctx, verdict));
      return done({ verdict, seq, traffic: session.traffic, ...(contents === undefined ? {} : { contents }) });
    } finally {
      session.endSecure();
      setImmediate(makeEphemeralKeyAhead);
    }
  });
}

function contentsOf({ card, residence, services }: Judged, held: Readonly<Record<HeldName, Uint8Array>>): PermitContents | undefined {
  if (!card.ok) return undefined;
  const slots = new Map((services ?? []).flatMap((slot) => (slot.ok ? [[slot.object.department, slot.object] as const] : [])));
  return {
    permit: card.permit,
    holder: decodeHolder(held.holder),
    photo: decodePhoto(held.photo).jpeg,
    ...(residence?.ok === true ? { residence: residence.object } : {}),
    ...(slots.size === 0 ? {} : { services: slots }),
  };
}
