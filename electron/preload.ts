/** All that the page sees of its host. It holds no logic: what is sent is checked in the main process, by sender and by schema. */
import { contextBridge, ipcRenderer } from 'electron';
import type { HostBridge, HostEvent, LinkState, ServiceEvent } from '../src/contract/index.js';
import { toHost, toPage, type HostToPage, type PageMessage } from './channels.js';

const listeners = {
  event: new Set<(event: ServiceEvent) => void>(),
  link: new Set<(state: LinkState) => void>(),
  host: new Set<(event: HostEvent) => void>(),
};

const listen =
  <T>(set: Set<(value: T) => void>) =>
  (listener: (value: T) => void): (() => void) => {
    set.add(listener);
    return () => {
      set.delete(listener);
    };
  };

const tell = (message: PageMessage): void => ipcRenderer.send(toHost, message);

ipcRenderer.on(toPage, (_event, message: HostToPage) => {
  switch (message.kind) {
    case 'event':
      for (const listener of listeners.event) listener(message.event);
      return;
    case 'link':
      for (const listener of listeners.link) listener(message.state);
      return;
    case 'host':
      for (const listener of listeners.host) listener(message.event);
      return;
    case 'ping':
      tell({ kind: 'pong' });
  }
});

const bridge: HostBridge = {
  host: 'electron',
  send: (call) => tell({ kind: 'call', call }),
  attach: () => tell({ kind: 'attach' }),
  print: (request) => tell({ kind: 'print', request }),
  onEvent: listen(listeners.event),
  onLink: listen(listeners.link),
  onHost: listen(listeners.host),
};

// contextBridge copies and freezes what it exposes.
contextBridge.exposeInMainWorld('residenceCard', bridge);

// Alive from here on: a page that hangs while it loads is seen to hang.
tell({ kind: 'pong' });
