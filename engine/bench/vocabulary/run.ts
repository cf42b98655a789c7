import pMap from 'p-map';

import type { Engine } from '../../src/index.ts';
import { poolWordErrors, wordErrorRate } from '../scoring/word-errors.ts';
import { scoreVocabulary } from './score.ts';

export interface Recording {
  readonly path: string;
  /** What is said. */
  readonly text: string;
}

export interface VocabularyFigures {
  /** How many phrases of the vocabulary were said, and how many of them were written so. */
  readonly spoken: number;
  readonly written: number;
  /** Phrases that were written and not said. */
  readonly inserted: readonly string[];
  /** Words wrong, in percent. */
  readonly wer: number;
}

interface VocabularyRun {
  readonly engine: Pick<Engine, 'transcribe'>;
  readonly recordings: readonly Recording[];
  readonly vocabulary: readonly string[];
  /** Whether the engine is told the vocabulary, or only measured by it. */
  readonly told: boolean;
}

/** Sends recordings through the engine and counts the phrases of a vocabulary in what comes out. */
export async function measureVocabulary(run: VocabularyRun): Promise<VocabularyFigures> {
  const { engine, recordings, vocabulary, told } = run;
  const prompt = told ? vocabulary.join(', ') : undefined;
  const scores = await pMap(
    recordings,
    async ({ path, text: reference }) => {
      const { segments } = await engine.transcribe({ path, prompt });
      return scoreVocabulary({ text: segments.map(({ text }) => text).join(' '), reference }, vocabulary);
    },
    { concurrency: 4 },
  );
  return {
    spoken: scores.reduce((sum, { spoken }) => sum + spoken, 0),
    written: scores.reduce((sum, { written }) => sum + written, 0),
    inserted: scores.flatMap(({ inserted }) => inserted),
    wer: wordErrorRate(poolWordErrors(scores.map(({ errors }) => errors))),
  };
}
