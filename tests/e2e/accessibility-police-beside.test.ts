import { everySceneIsOpenToAll } from './accessible.js';

/** axe-core on every state of what stands beside the police desk and before every mode, in both languages and the looks that a person may choose. */
everySceneIsOpenToAll('police-beside');
