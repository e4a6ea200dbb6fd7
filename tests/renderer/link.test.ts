import { describe, expect, test } from 'vitest';
import type { Call } from '../../src/contract/index.js';
import { electronLink } from '../../src/renderer/link/electron-link.js';
import type { LinkListener } from '../../src/renderer/link/link.js';
import { webSocketLink, type Socket } from '../../src/renderer/link/web-socket-link.js';

const cancel: Call = { verb: 'cancel', run: '00000000-0000-4000-8000-000000000001' };

const recorder = (): { readonly heard: unknown[]; readonly listener: LinkListener<unknown> } => {
  const heard: unknown[] = [];
  return { heard, listener: { link: (state) => heard.push(state), event: (event) => heard.push(event), host: (notice) => heard.push(notice) } };
};

class FakeSocket implements Socket {
  onopen: Socket['onopen'] = null;
  onmessage: Socket['onmessage'] = null;
  onclose: Socket['onclose'] = null;
  readonly sent: string[] = [];
  closed = false;
  send(text: string): void {
    this.sent.push(text);
  }
  close(): void {
    this.closed = true;
  }
  open(): void {
    this.onopen?.(new Event('open'));
  }
  drop(): void {
    this.onclose?.(new Event('close') as CloseEvent);
  }
  say(data: unknown): void {
    this.onmessage?.(new MessageEvent('message', { data }));
  }
}

const network = () => {
  const sockets: FakeSocket[] = [];
  const waits: { readonly work: () => void; readonly ms: number; off: boolean }[] = [];
  const link = webSocketLink({
    connect: () => {
      const socket = new FakeSocket();
      sockets.push(socket);
      return socket;
    },
    schedule: (work, ms) => {
      const wait = { work, ms, off: false };
      waits.push(wait);
      return () => {
        wait.off = true;
      };
    },
  });
  return { link, sockets, waits };
};

describe('over a WebSocket', () => {
  test('tells up, carries events and calls', () => {
    const { link, sockets } = network();
    const { heard, listener } = recorder();
    link.open(listener);
    link.send(cancel);
    expect(sockets[0]!.sent).toEqual([]);
    sockets[0]!.open();
    sockets[0]!.say('{"event":"hello"}');
    link.send(cancel);
    expect(heard).toEqual(['up', { event: 'hello' }]);
    expect(sockets[0]!.sent).toEqual([JSON.stringify(cancel)]);
  });

  test('what is no JSON, and what is no text, is passed over', () => {
    const { link, sockets } = network();
    const { heard, listener } = recorder();
    link.open(listener);
    sockets[0]!.open();
    sockets[0]!.say('{');
    sockets[0]!.say(new ArrayBuffer(2));
    expect(heard).toEqual(['up']);
  });

  test('connects again after growing pauses, soon again once it was up', () => {
    const { link, sockets, waits } = network();
    const { heard, listener } = recorder();
    link.open(listener);
    for (let index = 0; index < 8; index++) {
      sockets.at(-1)!.drop();
      waits.at(-1)!.work();
    }
    expect(waits.map(({ ms }) => ms)).toEqual([250, 500, 1_000, 2_000, 4_000, 8_000, 8_000, 8_000]);
    sockets.at(-1)!.open();
    sockets.at(-1)!.drop();
    expect(waits.at(-1)!.ms).toBe(250);
    expect(heard.slice(-2)).toEqual(['up', 'down']);
  });

  test('closed: no further try', () => {
    const { link, sockets, waits } = network();
    link.open(recorder().listener);
    sockets[0]!.drop();
    link.close();
    expect(waits[0]!.off).toBe(true);
    sockets[0]!.drop();
    expect(waits).toHaveLength(1);
  });
});

test('over the preload: attaches once, after it listens', () => {
  const order: string[] = [];
  const { heard, listener } = recorder();
  let told: (state: 'up' | 'down') => void = () => undefined;
  const link = electronLink({
    host: 'electron',
    send: (call) => order.push(call.verb),
    attach: () => order.push('attach'),
    print: () => order.push('print'),
    onEvent: () => {
      order.push('event');
      return () => order.push('event off');
    },
    onLink: (tell) => {
      told = tell;
      order.push('link');
      return () => order.push('link off');
    },
    onHost: () => {
      order.push('host');
      return () => order.push('host off');
    },
  });
  link.open(listener);
  told('up');
  told('down');
  told('up');
  link.send(cancel);
  link.close();
  expect(heard).toEqual(['up', 'down', 'up']);
  expect(order).toEqual(['event', 'link', 'host', 'attach', 'cancel', 'event off', 'link off', 'host off']);
});
