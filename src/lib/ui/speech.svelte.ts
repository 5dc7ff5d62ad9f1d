import { language } from '$lib/messages/language.svelte.ts';

/**
 * Reads words aloud with a voice of this very device. Security: a voice that is not local would send the words, a
 * child's writing among them, to whoever offers it; such a voice is never used. Nor is a voice of another language: an
 * English voice makes nonsense of Welsh words, so that a device without a Welsh one does not offer to read Welsh.
 */
class Speech {
  #voices: readonly SpeechSynthesisVoice[] = $state.raw([]);
  readonly #voice: SpeechSynthesisVoice | null = $derived(voiceFor(language.current, this.#voices));
  isSpeaking = $state(false);

  constructor() {
    if (typeof speechSynthesis === 'undefined') return;
    this.#voices = speechSynthesis.getVoices();
    speechSynthesis.addEventListener('voiceschanged', () => (this.#voices = speechSynthesis.getVoices()));
  }

  get isPossible(): boolean {
    return this.#voice !== null;
  }

  say(words: string): void {
    if (this.#voice === null) return;
    this.stop();
    const utterance = new SpeechSynthesisUtterance(words);
    utterance.voice = this.#voice;
    utterance.lang = this.#voice.lang;
    utterance.rate = 0.9;
    utterance.onend = () => (this.isSpeaking = false);
    utterance.onerror = () => (this.isSpeaking = false);
    this.isSpeaking = true;
    speechSynthesis.speak(utterance);
  }

  stop(): void {
    if (this.#voices.length === 0) return;
    speechSynthesis.cancel();
    this.isSpeaking = false;
  }
}

function voiceFor(locale: string, voices: readonly SpeechSynthesisVoice[]): SpeechSynthesisVoice | null {
  const [wanted] = locale.split('-');
  const local = voices.filter((voice) => voice.localService && voice.lang.split(/[-_]/)[0] === wanted);
  return local.find((voice) => voice.lang.replace('_', '-') === locale) ?? local[0] ?? null;
}

export const speech = new Speech();
