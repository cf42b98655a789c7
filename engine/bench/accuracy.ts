/**
 * `npm run accuracy -- --data DIR`: sends a folder of recordings through the engine and compares what comes out with
 * the references. Prints progress, then one line of JSON, an `AccuracySummary`.
 */
import { availableParallelism } from 'node:os';
import { Command, Option } from 'commander';

import { createEngine, type TranscribeRequest } from '../src/index.ts';
import { openSpeechModels, type ModelsByLanguage } from '../src/models/speech-models.ts';
import { createModelStore } from '../src/models/store.ts';
import { measureAccuracy } from './accuracy/run.ts';
import { HALVES, selectRecordings, type SelectionOptions } from './accuracy/selection.ts';
import { measureSingleReaders } from './accuracy/single-readers.ts';
import { summarise } from './accuracy/summary.ts';
import { readDataFolder } from './references/data-folder.ts';

interface AccuracyOptions {
  readonly data: string;
  readonly speakers: 'known' | 'unknown';
  readonly only?: SelectionOptions['only'];
  readonly model?: string;
  readonly json?: true;
}

async function main({ data: folder, speakers, only, model, json }: AccuracyOptions): Promise<void> {
  const report = json ? () => undefined : (line: string) => console.log(line);
  const models = await openSpeechModels({ byLanguage: model ? forAllItsLanguages(model) : {} });
  const languages = new Set(models.languages());
  const { data, leftOut } = selectRecordings(readDataFolder(folder), { only, languages });
  for (const [language, count] of leftOut) report(`No model for ${language}: ${count} recordings left out.`);
  if (data.clips.length + data.conversations.length === 0) {
    throw new Error(`${folder} holds no asr/references.tsv or diarization/*.rttm to measure with.`);
  }
  const processes = availableParallelism();
  const engine = createEngine({ models, processes });
  try {
    const how = {
      transcribe: (request: TranscribeRequest) => engine.transcribe(request),
      // More than there are processes: a recording does not keep one busy between its stages.
      concurrency: 2 * processes,
      report,
    };
    const { clips, conversations } = await measureAccuracy({ ...how, data, speakers });
    const readers = await measureSingleReaders({ ...how, clips: data.clips });
    console.log(JSON.stringify({ ...summarise(clips, conversations, readers), speakers }));
  } finally {
    engine.close();
  }
}

function forAllItsLanguages(id: string): ModelsByLanguage {
  const { languages } = createModelStore().show(id).model;
  return Object.fromEntries(languages.map((language) => [language, id]));
}

const program = new Command('accuracy')
  .description('measure word and speaker errors over a folder of recordings with references')
  .requiredOption('--data <dir>', 'folder with asr/references.tsv, diarization/*.rttm and *.stm')
  .addOption(
    new Option('--speakers <number>', 'whether the engine is told how many people speak')
      .choices(['known', 'unknown'])
      .default('unknown'),
  )
  .addOption(new Option('--only <half>', 'measure only this half of the folder').choices(HALVES))
  .option('--model <id>', 'recognise its languages by this model, whatever else is installed')
  .option('--json', 'print nothing but the line of JSON')
  .action(main);

await program.parseAsync().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
});
