import type { Page } from 'playwright-core';
import type { FailureCode, WorkflowInput, WorkflowName, WorkflowOutcome } from '../../src/contract/index.js';

type Ended = { readonly event: 'done'; readonly value: unknown } | { readonly event: 'failed'; readonly code: FailureCode; readonly detail?: string };

/** One workflow of the contract, started from the page's own origin with its own cookie, as another window of the same desk would: what it ended with. For what others did before. */
const ended = (page: Page, input: WorkflowInput): Promise<Ended> =>
  page.evaluate(async (asked) => {
    const { WebSocket, location, crypto } = globalThis as unknown as {
      WebSocket: new (address: string) => { onopen: () => void; onmessage: (message: { data: string }) => void; onerror: () => void; send(text: string): void; close(): void };
      location: { host: string };
      crypto: { randomUUID(): string };
    };
    const run = crypto.randomUUID();
    const socket = new WebSocket(`ws://${location.host}/contract`);
    try {
      return await new Promise<Ended>((resolve, reject) => {
        socket.onerror = () => reject(new Error('no link to the service'));
        socket.onopen = () => socket.send(JSON.stringify({ verb: 'start', run, input: asked }));
        socket.onmessage = ({ data }) => {
          const told = JSON.parse(data) as Ended & { readonly run?: string };
          if (told.run === run && ['done', 'failed'].includes(told.event)) resolve(told);
        };
      });
    } finally {
      socket.close();
    }
  }, input);

/** Throws what it was refused for. */
export const askService = async <N extends WorkflowName>(page: Page, input: WorkflowInput & { readonly workflow: N }): Promise<WorkflowOutcome<N>> => {
  const told = await ended(page, input);
  if (told.event === 'done') return told.value as WorkflowOutcome<N>;
  throw new Error(`${input.workflow}: ${told.code} ${told.detail ?? ''}`.trim());
};
