/**
 * Reads words aloud with a voice of this very device. Security: a voice that is not local would send the words, a
 * child's writing among them, to whoever offers it; such a voice is never used.
 */
class Speech {
  #voice: SpeechSynthesisVoice | null = $state.raw(null);
  isSpeaking = $state(false);

  constructor() {
    if (typeof speechSynthesis === 'undefined') return;
    this.#findVoice();
    speechSynthesis.addEventListener('voiceschanged', () => this.#findVoice());
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
    if (this.#voice === null) return;
    speechSynthesis.cancel();
    this.isSpeaking = false;
  }

  #findVoice(): void {
    const local = speechSynthesis.getVoices().filter((voice) => voice.localService && voice.lang.startsWith('en'));
    this.#voice = local.find((voice) => voice.lang.replace('_', '-') === 'en-GB') ?? local[0] ?? null;
  }
}

export const speech = new Speech();
