import { counterScreens } from '../../../src/renderer/counter-screens.js';
import type { screens } from '../../../src/renderer/screens.js';
import type { StageName } from '../template.js';
import { counterScenes } from './counter-scenes.js';
import { diagnosisScenes, homeScenes, leaveScenes, setupScenes, signInScenes } from './common-scenes.js';
import { historyScenes } from './history-scenes.js';
import { lookUpScenes } from './look-up-scenes.js';
import { policeScenes } from './police-scenes.js';
import type { Scene } from './scene.js';

export type { Scene } from './scene.js';
export { Scenery } from './scenery.js';

type Screens = (typeof screens)[number];
/** Codes have a picture each, made from the list of codes. */
type Played = Exclude<Screens['name'], 'failure'>;

/** Every state of every screen and how it is reached. A screen or a state without a scene does not compile, nor does a scene of a state that no screen names. */
export const scenes = {
  'sign-in': signInScenes,
  police: policeScenes,
  'police-look-up': lookUpScenes,
  'police-history': historyScenes,
  diagnosis: diagnosisScenes,
  leave: leaveScenes,
  setup: setupScenes,
  home: homeScenes,
  ...counterScenes,
} as const satisfies { readonly [N in Played]: Readonly<Record<Extract<Screens, { readonly name: N }>['states'][number], Scene>> };

export interface NamedScene {
  readonly screen: Played;
  readonly state: string;
  readonly scene: Scene;
  /** where it is played */
  readonly stage: StageName;
}

const atCounter = (screen: Played): boolean => counterScreens.some(({ name }) => name === screen);

/** In the order in which they are played: the order of their declaration above. */
export const everyScene = (): readonly NamedScene[] =>
  (Object.keys(scenes) as Played[]).flatMap((screen) => Object.entries<Scene>(scenes[screen]).map(([state, scene]) => ({ screen, state, scene, stage: atCounter(screen) ? 'counter' : 'police' })));
