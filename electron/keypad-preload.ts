/** All that the keypad's page sees of its host: what it is to ask for, and the way for one answer. Checked in the main process, by sender and by schema. */
import { contextBridge, ipcRenderer } from 'electron';
import type { KeypadBridge } from '../src/contract/index.js';
import { hostToKeypad, keypadToHost, type HostToKeypad, type KeypadMessage } from './channels.js';

const tell = (message: KeypadMessage): void => ipcRenderer.send(keypadToHost, message);

const bridge: KeypadBridge = {
  attach: () => tell({ kind: 'attach' }),
  answer: (answer) => tell({ kind: 'answer', answer }),
  onShown: (listener) => {
    ipcRenderer.on(hostToKeypad, (_event, shown: HostToKeypad) => listener(shown));
  },
};

contextBridge.exposeInMainWorld('residenceCardKeypad', bridge);
