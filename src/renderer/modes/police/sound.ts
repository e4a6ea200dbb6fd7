import { reactive, ref, watch } from 'vue';
import { soundChoiceOf, type SoundChoice } from './sound-choice.js';
import { pitches, toneGapMs, toneLengthMs, tones, type ToneName } from './tones.js';

const storageKey = 'police-sound';
const stored = (): SoundChoice => {
  try {
    return soundChoiceOf(JSON.parse(localStorage.getItem(storageKey) ?? 'null'));
  } catch {
    return soundChoiceOf(null);
  }
};

export const soundChoice = reactive(stored());
watch(soundChoice, (choice) => {
  try {
    localStorage.setItem(storageKey, JSON.stringify(choice));
  } catch {
    // Without storage the choice holds until the page is closed.
  }
});

/** The browser lets a page sound only after a key or a click; said on the screen until then. */
export const soundBlocked = ref(false);
let context: AudioContext | null = null;

const openContext = (): AudioContext => {
  context ??= new AudioContext();
  return context;
};

/** Sees whether the page may sound, and takes the first key or click as the leave to. Returns what ends the listening. */
export const unlockSound = (): (() => void) => {
  const look = (): void => {
    soundBlocked.value = openContext().state !== 'running';
  };
  const unlock = (): void => {
    void openContext().resume().then(look);
  };
  // A context says that it runs only a moment after it was made.
  void openContext().resume().then(look);
  setTimeout(look, 500);
  window.addEventListener('keydown', unlock, { once: true });
  window.addEventListener('pointerdown', unlock, { once: true });
  return () => {
    window.removeEventListener('keydown', unlock);
    window.removeEventListener('pointerdown', unlock);
  };
};

/** Sounds the tones of an outcome now; nothing when muted or not let. */
export const playTone = (name: ToneName): void => {
  if (soundChoice.muted) return;
  const audio = openContext();
  if (audio.state !== 'running') {
    soundBlocked.value = true;
    return;
  }
  const { count, pitch, ...rest } = tones[name];
  const peak = soundChoice.volume * ('soft' in rest ? 0.25 : 0.6);
  for (let tone = 0; tone < count; tone += 1) {
    const from = audio.currentTime + (tone * (toneLengthMs + toneGapMs)) / 1_000;
    const until = from + toneLengthMs / 1_000;
    const oscillator = audio.createOscillator();
    const gain = audio.createGain();
    // A triangle wave carries on small loudspeakers, and soft edges leave no click.
    oscillator.type = 'triangle';
    oscillator.frequency.value = pitches[pitch];
    gain.gain.setValueAtTime(0, from);
    gain.gain.linearRampToValueAtTime(peak, from + 0.015);
    gain.gain.setValueAtTime(peak, until - 0.03);
    gain.gain.linearRampToValueAtTime(0, until);
    oscillator.connect(gain).connect(audio.destination);
    oscillator.start(from);
    oscillator.stop(until);
  }
};

/** Says the word of the verdict when that was asked for; never anything of the holder. */
export const speakWord = (word: string, language: string): void => {
  if (soundChoice.muted || !soundChoice.speak || !('speechSynthesis' in window)) return;
  const said = new SpeechSynthesisUtterance(word);
  said.lang = language;
  said.volume = soundChoice.volume;
  speechSynthesis.cancel();
  speechSynthesis.speak(said);
};
