import { shallowRef } from 'vue';

/** This page met a fault of its own: what is shown cannot be relied upon. Nothing of the fault is kept; it might name a person. */
export const broken = shallowRef(false);
