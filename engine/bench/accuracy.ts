/**
 * `npm run accuracy -- --data DIR`: sends a folder of recordings through the engine and compares what comes out with
 * the references. Prints progress, then one line of JSON, an `AccuracySummary`.
 */
import { availableParallelism } from 'node:os';
import { Command, Option } from 'commander';

import { createEngine, type SpeakerHint } from '../src/index.ts';
import { catalogue } from '../src/models/catalogue.ts';
import { defaultModelIds, defaultModelPaths } from '../src/models/default-models.ts';
import { measureAccuracy } from './accuracy/run.ts';
import { HALVES, selectRecordings, type SelectionOptions } from './accuracy/selection.ts';
import { measureSingleReaders } from './accuracy/single-readers.ts';
import { summarise } from './accuracy/summary.ts';
import { readDataFolder } from './references/data-folder.ts';

interface AccuracyOptions {
  readonly data: string;
  readonly speakers: 'known' | 'unknown';
  readonly only?: SelectionOptions['only'];
  readonly json?: true;
}

async function main({ data: folder, speakers, only, json }: AccuracyOptions): Promise<void> {
  const report = json ? () => undefined : (line: string) => console.log(line);
  const { data, leftOut } = selectRecordings(readDataFolder(folder), { only, languages: knownLanguages() });
  for (const [language, count] of leftOut) report(`No model for ${language}: ${count} recordings left out.`);
  if (data.clips.length + data.conversations.length === 0) {
    throw new Error(`${folder} holds no asr/references.tsv or diarization/*.rttm to measure with.`);
  }
  const processes = availableParallelism();
  const engine = createEngine({ models: await defaultModelPaths(), processes });
  try {
    const how = {
      transcribe: (path: string, hint: SpeakerHint) => engine.transcribe({ path, hint }),
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

/** What the engine recognises when nobody asks for another model. */
function knownLanguages(): ReadonlySet<string> {
  const models = catalogue.filter(({ id }) => defaultModelIds.includes(id));
  return new Set(models.flatMap(({ languages }) => languages));
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
  .option('--json', 'print nothing but the line of JSON')
  .action(main);

await program.parseAsync().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
});
