import type { Link, LinkListener } from './link.js';

/** Milliseconds before each further try: soon at first, since a service that was started anew is back within a second. */
const pauses = [250, 500, 1_000, 2_000, 4_000, 8_000] as const;

/** What of a WebSocket is used here. */
export interface Socket {
  onopen: ((event: Event) => void) | null;
  onmessage: ((event: MessageEvent) => void) | null;
  onclose: ((event: CloseEvent) => void) | null;
  send(text: string): void;
  close(): void;
}

/** `schedule` runs `work` after `ms` and returns what calls it off. */
export interface WebSocketPorts {
  connect(): Socket;
  schedule(work: () => void, ms: number): () => void;
}

export const webSocketAddress = (location: Location): string => `${location.protocol === 'https:' ? 'wss' : 'ws'}://${location.host}/contract`;

export const browserPorts = (address: string): WebSocketPorts => ({
  connect: () => new WebSocket(address),
  schedule: (work, ms) => {
    const timer = setTimeout(work, ms);
    return () => clearTimeout(timer);
  },
});

export const webSocketLink = (ports: WebSocketPorts): Link<unknown> => {
  let socket: Socket | null = null;
  let up = false;
  let closed = false;
  let callOff: (() => void) | null = null;
  let tries = 0;

  const connect = (listener: LinkListener<unknown>): void => {
    const opened = ports.connect();
    socket = opened;
    opened.onopen = () => {
      up = true;
      tries = 0;
      listener.link('up');
    };
    opened.onmessage = (message) => {
      if (typeof message.data !== 'string') return;
      let event: unknown;
      try {
        event = JSON.parse(message.data);
      } catch {
        return;
      }
      listener.event(event);
    };
    opened.onclose = () => {
      up = false;
      if (closed) return;
      listener.link('down');
      callOff = ports.schedule(() => connect(listener), pauses[Math.min(tries++, pauses.length - 1)] ?? 8_000);
    };
  };

  return {
    open: connect,
    send(call): void {
      if (up) socket?.send(JSON.stringify(call));
    },
    close(): void {
      closed = true;
      callOff?.();
      socket?.close();
    },
  };
};
