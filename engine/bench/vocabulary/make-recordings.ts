/**
 * Speaks the sentences beside this file with free voices, adds a little noise and room, and writes
 * `recordings/NUMBER-VOICE.ogg`. Run it after a change of the sentences; the recordings are kept in the repository
 * because voices differ between versions. Needs Debian's `flite festival festvox-us-slt-hts espeak-ng ffmpeg`.
 */
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { readSentences, RECORDINGS_FOLDER } from './sentences.ts';

type Speak = (text: string, wav: string, stretch: number) => void;

const flite =
  (voice: string, ...settings: string[]): Speak =>
  (text, wav, stretch) => {
    const all = [`duration_stretch=${stretch}`, ...settings].flatMap((setting) => ['--setf', setting]);
    execFileSync('flite', ['-voice', voice, ...all, '-t', text, '-o', wav]);
  };

const festival: Speak = (text, wav, stretch) => {
  const script = `${wav}.txt`;
  writeFileSync(script, text);
  const voice = `(begin (voice_cmu_us_slt_arctic_hts) (Parameter.set 'Duration_Stretch ${stretch}))`;
  execFileSync('text2wave', ['-eval', voice, '-o', wav, script]);
};

const espeak =
  (voice: string): Speak =>
  (text, wav, stretch) =>
    execFileSync('espeak-ng', ['-v', voice, '-s', String(Math.round(155 / stretch)), '-w', wav, text]);

/** Each sentence is said by a voice of either list. Voices that the recogniser hardly understands were left out. */
const VOICES: readonly Record<string, Speak>[] = [
  { rms: flite('rms'), slt: flite('slt'), hts: festival },
  {
    awb: flite('awb'),
    'us-male': espeak('en-us+m3'),
    'deep-slt': flite('slt', 'int_f0_target_mean=130'),
    'gb-female': espeak('en-gb+f2'),
    'high-rms': flite('rms', 'int_f0_target_mean=140'),
  },
];

const STRETCHES = [1, 1.06, 1.12, 1.2];
/** How loud the noise is against the voice, as an amplitude. */
const NOISE = [0.001, 0.002, 0.004];
const ROOMS = ['anull', 'aecho=0.9:0.8:11|19:0.15|0.08', 'aecho=0.9:0.8:17|31:0.12|0.06'];

/** The `index`th of a list that goes round: everything here is mixed in a fixed order. */
const pick = <T>(list: readonly T[], index: number): T => list[index % list.length]!;

function record(speak: Speak, { text, index, ogg }: { text: string; index: number; ogg: string }): void {
  const folder = mkdtempSync(join(tmpdir(), 'icana-voices-'));
  const wav = join(folder, 'voice.wav');
  speak(text, wav, pick(STRETCHES, index));
  const noise = `anoisesrc=color=pink:sample_rate=16000:amplitude=${pick(NOISE, index)}:seed=${index}`;
  const filters = [
    `[0:a]aresample=16000,loudnorm=I=-23:TP=-2,aresample=16000,${pick(ROOMS, index >> 1)},adelay=300,apad=pad_dur=0.4[voice]`,
    '[voice][1:a]amix=inputs=2:duration=first:normalize=0[mix]',
  ];
  const encoding = ['-ac', '1', '-c:a', 'libopus', '-b:a', '16k', '-application', 'voip'];
  const reproducible = ['-map_metadata', '-1', '-fflags', '+bitexact', '-flags', '+bitexact'];
  const inputs = ['-i', wav, '-f', 'lavfi', '-i', noise];
  const mix = ['-filter_complex', filters.join(';'), '-map', '[mix]'];
  execFileSync('ffmpeg', ['-loglevel', 'error', '-y', ...inputs, ...mix, ...encoding, ...reproducible, ogg]);
  rmSync(folder, { recursive: true });
}

rmSync(RECORDINGS_FOLDER, { recursive: true, force: true });
mkdirSync(RECORDINGS_FOLDER);
for (const { number, spoken } of readSentences()) {
  for (const [kind, voices] of VOICES.entries()) {
    const [name, speak] = pick(Object.entries(voices), number);
    const ogg = join(RECORDINGS_FOLDER, `${String(number).padStart(2, '0')}-${name}.ogg`);
    record(speak, { text: spoken, index: 2 * number + kind, ogg });
  }
}
