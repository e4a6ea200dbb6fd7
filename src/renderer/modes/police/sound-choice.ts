/** How this desk wants to hear verdicts; kept in the page's own storage. `volume` 0.1 to 1. */
export interface SoundChoice {
  muted: boolean;
  volume: number;
  speak: boolean;
}

/** What was stored, whatever it is, as a choice: heard, not spoken. */
export const soundChoiceOf = (stored: unknown): SoundChoice => {
  const { muted, volume, speak } = typeof stored === 'object' && stored !== null ? (stored as Partial<Record<keyof SoundChoice, unknown>>) : {};
  return { muted: muted === true, volume: typeof volume === 'number' && volume >= 0.1 && volume <= 1 ? volume : 0.7, speak: speak === true };
};
