/** Transcribes one recording and prints the peak of resident memory it took, in bytes. Run by the speed bench. */
import { createEngine } from '../src/index.ts';
import { openSpeechModels } from '../src/models/speech-models.ts';
import { peakResidentBytes } from './speed/peak-memory.ts';

const engine = createEngine({ models: await openSpeechModels() });
await engine.transcribe({ path: process.argv[2]! });
const peaks = [process.pid, ...engine.pids()].map(peakResidentBytes);
engine.close();
console.log(peaks.reduce((sum, bytes) => sum + bytes, 0));
