import { everySceneIsOpenToAll } from './accessible.js';

/** axe-core on every state of the applications by stage, in both languages and the looks that a person may choose. */
everySceneIsOpenToAll('counter-applications');
