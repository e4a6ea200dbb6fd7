import type { Text } from '../../i18n/index.js';
import { ageOf } from '../../service/chips.js';

/** `9 天`, `2 h`: an age in seconds in words. */
export const ageText = (t: Text['t'], seconds: number): string => {
  const { unit, n } = ageOf(seconds);
  return t(`policeAge.${unit}`, { n });
};
