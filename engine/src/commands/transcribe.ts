import { statSync } from 'node:fs';
import { SingleBar } from 'cli-progress';
import { InvalidArgumentError, Option, type Command } from 'commander';

import { renderSrt, renderVtt } from '../captions/subtitles.ts';
import { renderTurns } from '../captions/turns.ts';
import { createEngine, type TranscribeRequest } from '../engine.ts';
import { ModelError } from '../models/model-error.ts';
import { openSpeechModels } from '../models/speech-models.ts';
import type { Transcript } from '../types.ts';
import { CommandError } from './command-error.ts';
import { interruptible } from './interruption.ts';

const FORMATS = {
  txt: ({ segments }) => renderTurns(segments),
  // Evidence is for counting speakers anew, which this command does from the start.
  json: (transcript) =>
    JSON.stringify({ ...transcript, speakerEvidence: undefined, levels: undefined }, undefined, 2),
  srt: ({ segments }) => renderSrt(segments),
  vtt: ({ segments }) => renderVtt(segments),
} satisfies Record<string, (transcript: Transcript) => string>;

interface TranscribeOptions {
  readonly speakers?: number;
  readonly prompt?: string;
  readonly language: string;
  readonly format: keyof typeof FORMATS;
}

/** `icana transcribe FILE`: the engine alone, with no server and no account. The transcript goes to standard output. */
export function registerTranscribeCommand(program: Command): void {
  program
    .command('transcribe')
    .description('write down who says what in a recording, on this machine, without a server')
    .argument('<file>', 'the recording')
    .option('--speakers <number>', 'how many people speak, when known', parseSpeakers)
    .option('--language <code>', 'what is spoken, or auto to find out', 'en')
    .option('--prompt <words>', 'names and terms that occur in it, separated by commas')
    .addOption(
      new Option('--format <format>', 'how to write it').choices(Object.keys(FORMATS)).default('txt'),
    )
    .action(async (file: string, { speakers: numSpeakers, prompt, language, format }: TranscribeOptions) => {
      if (!statSync(file, { throwIfNoEntry: false })?.isFile())
        throw new CommandError(`There is no file ${file}.`);
      const request = { path: file, hint: { numSpeakers }, language, prompt };
      const transcript = await interruptible((signal) => transcribeFile(request, signal)).catch(
        sayWhichModel,
      );
      process.stdout.write(`${FORMATS[format](transcript)}\n`);
    });
}

async function transcribeFile(request: TranscribeRequest, signal: AbortSignal): Promise<Transcript> {
  const engine = createEngine({ models: await openSpeechModels({ signal }) });
  const bar = new SingleBar({ format: '{bar} {percentage} %  {eta_formatted} left', clearOnComplete: true });
  if (process.stderr.isTTY) bar.start(100, 0);
  try {
    return await engine.transcribe(request, {
      onProgress: (fraction) => bar.update(Math.round(fraction * 100)),
      signal,
    });
  } finally {
    bar.stop();
    engine.close();
  }
}

function parseSpeakers(text: string): number {
  const number = Number(text);
  if (Number.isInteger(number) && number >= 1 && number <= 32) return number;
  throw new InvalidArgumentError('Give a whole number from 1 to 32.');
}

function sayWhichModel(error: unknown): never {
  throw error instanceof ModelError ? new CommandError(error.message, { cause: error }) : error;
}
