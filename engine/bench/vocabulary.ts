/**
 * `node engine/bench/vocabulary.ts [--data DIR]`: what a prompt is worth, over the recordings of bench/vocabulary
 * and, with a folder of recordings, what it costs where none of its words is said. Prints a line of JSON for each.
 */
import { Command } from 'commander';

import { createEngine } from '../src/index.ts';
import { openSpeechModels } from '../src/models/speech-models.ts';
import { readDataFolder } from './references/data-folder.ts';
import { measureVocabulary, type Recording } from './vocabulary/run.ts';
import { HALVES, readSentences, readUnspokenWords } from './vocabulary/sentences.ts';

async function main({ data }: { data?: string }): Promise<void> {
  const sentences = readSentences();
  const engine = createEngine({ models: await openSpeechModels() });
  try {
    for (const half of HALVES) {
      const ofHalf = sentences.filter((sentence) => sentence.half === half);
      const recordings = ofHalf.flatMap(({ text, recordings: paths }) =>
        paths.map((path) => ({ path, text })),
      );
      await report(half, { recordings, vocabulary: ofHalf.flatMap(({ promptWords }) => promptWords) });
    }
    if (data !== undefined) {
      const english = readDataFolder(data).clips.filter(({ language }) => language === 'en');
      const spoken = sentences.flatMap(({ promptWords }) => promptWords);
      await report(data, { recordings: english, vocabulary: [...readUnspokenWords(), ...spoken] });
    }
  } finally {
    engine.close();
  }

  async function report(
    what: string,
    half: { recordings: readonly Recording[]; vocabulary: readonly string[] },
  ) {
    for (const told of [false, true]) {
      const figures = await measureVocabulary({ engine, told, ...half });
      console.log(JSON.stringify({ what, told, ...figures }));
    }
  }
}

await new Command('vocabulary')
  .description('measure what a prompt is worth')
  .option('--data <dir>', 'folder with asr/references.tsv')
  .action(main)
  .parseAsync();
