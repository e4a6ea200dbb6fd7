import type { HostBridge } from '../../contract/index.js';
import type { Link, LinkListener } from './link.js';

declare global {
  interface Window {
    readonly residenceCard?: HostBridge;
  }
}

/** Over what Electron's preload puts before the page. */
export const electronLink = (bridge: HostBridge): Link<unknown> => {
  let endings: (() => void)[] = [];
  return {
    open(listener: LinkListener<unknown>): void {
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
