import { connect } from 'node:net';
import type { CardFaults } from './faults.js';

/** What a card process is told on its standard input, one JSON object: keys never stand in a command line. */
export interface CardProcessOrder {
  readonly port: number;
  readonly imagePath: string;
  /** hexadecimal, 32 bytes */
  readonly key: string;
  readonly controlPath: string;
  readonly faults?: CardFaults;
}

export interface CardStats {
  readonly apdus: number;
  readonly writes: number;
  readonly powered: boolean;
}

export type CardRequest = { readonly do: 'eject' } | { readonly do: 'stats' } | { readonly do: 'setFaults'; readonly faults: CardFaults };

/** One request, one answer, each a line of JSON, over the card process's Unix socket. Rejects with the socket's error when the card is gone. */
export function askCard(controlPath: string, request: CardRequest): Promise<CardStats> {
  return new Promise((resolve, reject) => {
    const socket = connect(controlPath, () => socket.write(`${JSON.stringify(request)}\n`));
    let text = '';
    socket.setEncoding('utf8');
    socket.setTimeout(5000, () => socket.destroy(new Error('card process does not answer')));
    socket.on('data', (chunk: string) => {
      text += chunk;
    });
    socket.on('error', reject);
    socket.on('close', () => {
      if (text === '') reject(new Error('card process closed without an answer'));
      else resolve(JSON.parse(text) as CardStats);
    });
  });
}
