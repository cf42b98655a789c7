/** Recordings of several lengths, made of the sample that a first start offers: its frames, some left out or repeated. */
import { readFile } from 'node:fs/promises';
import path from 'node:path';

const SAMPLE = path.resolve(import.meta.dirname, '../../server/sample/conversation.mp3');

export interface Recording {
  readonly name: string;
  readonly bytes: Buffer;
  readonly seconds: number;
}

/** ISO/IEC 13818-3, layer III: what a frame's header says by number. */
const KBITS = [0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160];
const RATES_HZ = [22_050, 24_000, 16_000];
const SAMPLES_IN_FRAME = 576;

interface Frame {
  readonly bytes: Buffer;
  readonly seconds: number;
}

/** The frames of an MPEG-2 layer III file. */
function framesOf(file: Buffer): Frame[] {
  const frames: Frame[] = [];
  let at = file.indexOf(Buffer.from([0xff, 0xf3]));
  while (at >= 0 && at + 4 <= file.length && file[at] === 0xff) {
    const flags = file[at + 2]!;
    const rate = RATES_HZ[(flags >> 2) & 3]!;
    const size = Math.floor((72_000 * KBITS[flags >> 4]!) / rate) + ((flags >> 1) & 1);
    frames.push({ bytes: file.subarray(at, at + size), seconds: SAMPLES_IN_FRAME / rate });
    at += size;
  }
  return frames;
}

function join(name: string, frames: readonly Frame[]): Recording {
  return {
    name,
    bytes: Buffer.concat(frames.map(({ bytes }) => bytes)),
    seconds: frames.reduce((sum, { seconds }) => sum + seconds, 0),
  };
}

/** What is longer goes by chunks. */
const DONE_AS_A_WHOLE_SECONDS = 150;

export const isShared = ({ seconds }: Recording): boolean => seconds > DONE_AS_A_WHOLE_SECONDS;

/** Recordings of 6, 11, 23, 68 and 227 seconds. The last is shared in chunks. */
export async function makeRecordings() {
  const whole = framesOf(await readFile(SAMPLE));
  const upTo = (share: number) => whole.slice(0, Math.round(whole.length * share));
  const times = (count: number) => Array.from({ length: count }, () => whole).flat();
  return {
    quarter: join('quarter', upTo(1 / 4)),
    half: join('half', upTo(1 / 2)),
    whole: join('whole', whole),
    triple: join('triple', times(3)),
    tenfold: join('tenfold', times(10)),
  };
}
