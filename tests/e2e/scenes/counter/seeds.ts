import { Buffer } from 'node:buffer';
import { randomUUID } from 'node:crypto';
import { portraitOf } from '../../../../src/cli/invented/index.js';
import type { PaperCode, WorkflowInput, WorkflowName, WorkflowOutcome } from '../../../../src/contract/index.js';
import { today, worker } from '../../day/people.js';
import { blankName, blanksAtCounter } from '../../counter-stage.js';
import type { World } from '../../world.js';
import type { Scenery } from '../scenery.js';

/** What stands there before a scene begins: brought about by the product's own workflows, and typed by nobody. */
type Input<N extends WorkflowName> = Extract<WorkflowInput, { workflow: N }>;
type Told = { readonly event: 'done'; readonly value: unknown } | { readonly event: 'failed'; readonly code: string; readonly detail?: string };

/** Runs a workflow over a connection of its own, as the page would, in the session of whoever is signed in. */
export async function seed<N extends WorkflowName>(scenery: Scenery, input: Input<N>): Promise<WorkflowOutcome<N>> {
  const told = await scenery.page.evaluate(
    ([run, what]) =>
      new Promise<Told>((resolve, reject) => {
        const { WebSocket, location } = globalThis as unknown as {
          WebSocket: new (address: string) => { onopen: () => void; onmessage: (message: { data: string }) => void; onerror: () => void; send(text: string): void; close(): void };
          location: { host: string };
        };
        const socket = new WebSocket(`ws://${location.host}/contract`);
        socket.onopen = () => socket.send(JSON.stringify({ verb: 'start', run, input: what }));
        socket.onerror = () => reject(new Error('the contract is not there'));
        socket.onmessage = ({ data }) => {
          const event = JSON.parse(data) as { readonly event: string; readonly run?: string };
          if (event.run !== run || !['done', 'failed'].includes(event.event)) return;
          socket.close();
          resolve(event as Told);
        };
      }),
    [randomUUID(), input] as const,
  );
  if (told.event === 'failed') throw new Error(`${input.workflow}: ${told.code} ${told.detail ?? ''}`);
  return told.value as WorkflowOutcome<N>;
}

/** How many people and blanks of a world were used. */
const used = new WeakMap<World, { people: number; blanks: number }>();
const useOf = ({ world }: Scenery): { people: number; blanks: number } => {
  const known = used.get(world) ?? { people: 0, blanks: 0 };
  used.set(world, known);
  return known;
};

/** The next blank, from the bottom of the box: whoever takes from the top meets another one. */
export const takeBlank = (scenery: Scenery): string => {
  const use = useOf(scenery);
  use.blanks += 1;
  return blankName(blanksAtCounter + 1 - use.blanks);
};

/** Somebody's application, accepted today. `approved`: reviewed too. Its receipt. */
export async function accepted(scenery: Scenery, { missing = [], approved = false }: { readonly missing?: readonly PaperCode[]; readonly approved?: boolean } = {}): Promise<string> {
  const use = useOf(scenery);
  use.people += 1;
  const application = worker(6_100 + use.people);
  const photo = missing.includes('photo') ? {} : { photo: Buffer.from(portraitOf(application, today())).toString('base64') };
  const { receipt } = await seed<'accept'>(scenery, { workflow: 'accept', application, purpose: 'first', missingPapers: [...missing], ...photo });
  if (approved) await seed<'review'>(scenery, { workflow: 'review', receipt, decision: 'approved' });
  return receipt;
}

export interface MadeCard {
  readonly blank: string;
  readonly receipt: string;
  readonly permitNumber: string;
  readonly serial: string;
  readonly can: string;
}

const waiting = new WeakMap<World, Promise<MadeCard>>();
/** A card that was made and waits for its holder; the same one for every scene of a world. It lies on the reader afterwards, or does not. */
export const madeCard = (scenery: Scenery): Promise<MadeCard> => {
  const known = waiting.get(scenery.world);
  if (known !== undefined) return known;
  const made = makeOne(scenery);
  waiting.set(scenery.world, made);
  return made;
};

export async function makeOne(scenery: Scenery): Promise<MadeCard> {
  const receipt = await accepted(scenery);
  const blank = takeBlank(scenery);
  await scenery.world.put(blank);
  const { permitNumber, serial, can } = await seed<'make'>(scenery, { workflow: 'make', receipt });
  await scenery.world.take();
  return { blank, receipt, permitNumber, serial, can };
}
