/** Between the keypad's page and the service: Electron's own channel, or a WebSocket at `/keypad`. */
import { keypadAsk, type KeypadAnswer, type KeypadAsk, type KeypadBridge, type KeypadShown } from '../../contract/index.js';
import type { Socket, WebSocketPorts } from '../link/web-socket-link.js';

declare global {
  interface Window {
    readonly residenceCardKeypad?: KeypadBridge;
  }
}

export interface KeypadListener {
  /** what the holder is asked for now, null: nothing */
  shown(shown: KeypadShown): void;
  /** false: nobody hears what would be typed */
  connected(connected: boolean): void;
}

export interface KeypadLink {
  open(listener: KeypadListener): void;
  answer(answer: KeypadAnswer): void;
}

export const electronKeypad = (bridge: KeypadBridge): KeypadLink => ({
  open(listener) {
    bridge.onShown((shown) => listener.shown(shown));
    bridge.attach();
    listener.connected(true);
  },
  answer: (answer) => bridge.answer(answer),
});

/** Milliseconds until it is tried again. */
const pause = 1_000;

const askOf = (text: unknown): { readonly ask: KeypadAsk | null } | undefined => {
  if (typeof text !== 'string') return undefined;
  try {
    const message: unknown = JSON.parse(text);
    if (typeof message !== 'object' || message === null || !('ask' in message)) return undefined;
    if (message.ask === null) return { ask: null };
    const parsed = keypadAsk.safeParse(message.ask);
    return parsed.success ? { ask: parsed.data } : undefined;
  } catch {
    return undefined;
  }
};

export const webSocketKeypad = (ports: WebSocketPorts): KeypadLink => {
  let socket: Socket | null = null;
  const connect = (listener: KeypadListener): void => {
    const opened = ports.connect();
    opened.onopen = () => {
      socket = opened;
      listener.connected(true);
    };
    opened.onmessage = ({ data }) => {
      const heard = askOf(data);
      if (heard !== undefined) listener.shown({ ...heard, turn: false });
    };
    opened.onclose = () => {
      socket = null;
      listener.shown({ ask: null, turn: false });
      listener.connected(false);
      ports.schedule(() => connect(listener), pause);
    };
  };
  return {
    open: connect,
    answer: (answer) => socket?.send(JSON.stringify(answer)),
  };
};
