import type { Scenery } from './scenery.js';

/** How the app is brought into one state of one screen, by the real service, cards and platform. */
export interface Scene {
  readonly play: (scenery: Scenery) => Promise<void>;
  /** what must be put back before another scene */
  readonly clear?: (scenery: Scenery) => Promise<void>;
  /** after `play`: what a person sees for a moment only is looked at while the service stands still */
  readonly frozen?: true;
}
