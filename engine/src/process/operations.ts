import { readChannelLevels } from '../audio/channel-levels.ts';
import { probeAudio } from '../audio/probe.ts';
import { openPcmFile } from '../audio/pcm-file.ts';
import { loadSpeechModel } from '../speech/detector.ts';
import { prepareRecording } from '../speech/prepare.ts';
import { loadSegmentationNet } from '../speakers/local/segmentation-net.ts';
import { analyseSpeakers } from '../speakers/speakers.ts';
import { loadSpeakerNet } from '../speakers/voice/speaker-net.ts';
import { levelRiseDb } from '../recognise/level-rise.ts';
import { keepRecognisers } from './loaded-recognisers.ts';
import type { ModelPaths, OperationName, Operations } from './protocol.ts';

/** The engine process's side of each operation. */
export type OperationTable = {
  [Name in OperationName]: (
    input: Operations[Name]['input'],
    emit: (event: Operations[Name]['event']) => void,
  ) => Promise<Operations[Name]['result']>;
};

/** Models are loaded when an operation first needs them and kept for the life of the process. */
export function createOperations(paths: ModelPaths): OperationTable {
  const speechModel = once(() => loadSpeechModel(paths.speechDetector));
  const recogniserOf = keepRecognisers();
  const speakerNet = once(() => loadSpeakerNet());
  const segmentationNet = onceFor(loadSegmentationNet);

  return {
    async probe({ path, maxDurationSeconds }, emit) {
      return probeAudio(path, { maxDurationSeconds, onCounted: emit });
    },

    async prepare(options, emit) {
      for await (const part of prepareRecording(options, await speechModel())) emit(part);
      using file = openPcmFile(options.output);
      return file.durationSeconds;
    },

    async recognise({ pcm, from, to, speech, model, prompt }) {
      const recogniser = await recogniserOf(model);
      using file = openPcmFile(pcm);
      const samples = file.read(from, to);
      const recognition = await recogniser.recognise({ samples, speech, language: model.language, prompt });
      return { ...recognition, riseDb: levelRiseDb(samples) };
    },

    async speakers({ pcm, channelLevels, regions, hint, segmentation }, emit) {
      using file = openPcmFile(pcm);
      const levels = readChannelLevels(channelLevels);
      return await analyseSpeakers({
        pcm: file,
        regions,
        hint,
        net: await speakerNet(),
        channelLevels: levels,
        segmentation: segmentation === undefined ? undefined : await segmentationNet(segmentation),
        onPiece: emit,
      });
    },

    async load({ model }) {
      await Promise.all([speechModel(), recogniserOf(model), speakerNet()]);
    },
  };
}

/** Loads at the first call, and again at the next where that failed: files are repaired, memory comes free. */
function once<T>(load: () => Promise<T>): () => Promise<T> {
  let loaded: T | undefined;
  return async () => (loaded ??= await load());
}

/** The same for each path. */
function onceFor<T>(load: (path: string) => Promise<T>): (path: string) => Promise<T> {
  const loaders = new Map<string, () => Promise<T>>();
  return (path) => {
    const loader = loaders.get(path) ?? once(() => load(path));
    loaders.set(path, loader);
    return loader();
  };
}
