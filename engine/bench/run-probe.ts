/** Transcribes one recording and prints what it took, as JSON. Run by the speed bench. */
import { createEngine } from '../src/index.ts';
import { openSpeechModels } from '../src/models/speech-models.ts';
import { peakResidentBytes } from './speed/peak-memory.ts';
import { timePipeline } from './speed/throughput.ts';

const engine = createEngine({ models: await openSpeechModels() });
await engine.warmUp();
const seconds = await timePipeline(engine, process.argv[2]!);
const peaks = [process.pid, ...engine.pids()].map(peakResidentBytes);
engine.close();
console.log(JSON.stringify({ seconds, peakBytes: peaks.reduce((sum, bytes) => sum + bytes, 0) }));
