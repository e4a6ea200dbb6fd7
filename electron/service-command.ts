/** Where the service and its Node are. The service never runs in Electron's own Node: its native modules are built for another one, and the window's process must not carry them. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { ServiceCommand } from './service-watch.js';

const windows = process.platform === 'win32';

/** `folder`: of this bundle; `resources`: of the packed app. */
export const serviceCommand = (folder: string, resources: string, args: readonly string[], loud: boolean): ServiceCommand => {
  const packedNode = windows ? join(resources, 'node', 'node.exe') : join(resources, 'node', 'bin', 'node');
  const packed = join(resources, 'service', 'dist', 'service', 'main.js');
  return {
    node: process.env.RESIDENCE_CARD_NODE ?? (existsSync(packedNode) ? packedNode : windows ? 'node.exe' : 'node'),
    entry: process.env.RESIDENCE_CARD_SERVICE ?? (existsSync(packed) ? packed : join(folder, '..', 'service', 'main.js')),
    args,
    loud,
  };
};
