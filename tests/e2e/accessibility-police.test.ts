import { everySceneIsOpenToAll } from './accessible.js';

/** axe-core on every state of the police desk, in both languages and the looks that a person may choose. */
everySceneIsOpenToAll('police');
