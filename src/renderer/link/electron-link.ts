import type { Call } from '../../contract/index.js';
import type { HostNotice, Link, LinkListener } from './link.js';

/** What Electron's preload shows the page: functions alone, no object of Electron. Each `on…` returns what ends the listening. */
export interface ResidenceCardBridge {
  readonly host: 'electron';
  send(call: Call): void;
  /** Once a page: the link's state is told, and the service tells everything, now and whenever it was started anew. */
  attach(): void;
  onEvent(listener: (event: unknown) => void): () => void;
  onLink(listener: (state: 'up' | 'down') => void): () => void;
  onHost(listener: (notice: HostNotice) => void): () => void;
}

declare global {
  interface Window {
    readonly residenceCard?: ResidenceCardBridge;
  }
}

export const electronLink = (bridge: ResidenceCardBridge): Link => {
  let endings: (() => void)[] = [];
  return {
    open(listener: LinkListener): void {
      endings = [bridge.onEvent((event) => listener.event(event)), bridge.onLink((state) => listener.link(state)), bridge.onHost((notice) => listener.host(notice))];
      bridge.attach();
    },
    send: (call) => bridge.send(call),
    close(): void {
      for (const end of endings) end();
      endings = [];
    },
  };
};
