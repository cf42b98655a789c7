import { loadRecogniser } from '../recognise/load-recogniser.ts';
import type { Recogniser } from '../recognise/recogniser.ts';
import type { RecogniserModel } from '../recognise/recogniser-model.ts';

/** What all small models together take in files; of the large ones a process has one at a time. */
const MOST_BYTES = 250e6;

interface Loaded {
  readonly model: RecogniserModel;
  readonly recogniser: Promise<Recogniser>;
}

/**
 * Loads recognisers when they are first asked for and keeps those asked for last. What is let go of is freed when its
 * memory is collected, which may be late; a process that grows too large by that is ended and replaced.
 */
export function keepRecognisers(): (model: RecogniserModel) => Promise<Recogniser> {
  let loaded: readonly Loaded[] = [];

  function load(model: RecogniserModel): Loaded {
    const recogniser = loadRecogniser(model);
    // Tried again the next time: files are repaired, memory comes free.
    recogniser.catch(() => (loaded = loaded.filter((other) => other.recogniser !== recogniser)));
    return { model, recogniser };
  }

  return (model) => {
    const wanted = loaded.find((other) => other.model.id === model.id) ?? load(model);
    let room = MOST_BYTES - model.bytes;
    const others = loaded.filter((other) => other !== wanted && (room -= other.model.bytes) >= 0);
    loaded = [wanted, ...others];
    return wanted.recogniser;
  };
}
