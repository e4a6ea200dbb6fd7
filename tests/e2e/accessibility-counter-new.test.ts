import { everySceneIsOpenToAll } from './accessible.js';

/** axe-core on every state of the new permit, in both languages and the looks that a person may choose. */
everySceneIsOpenToAll('counter-new');
