import { everySceneIsOpenToAll } from './accessible.js';

/** axe-core on every state of the counter’s home screen and lists, in both languages and the looks that a person may choose. */
everySceneIsOpenToAll('counter-beside');
