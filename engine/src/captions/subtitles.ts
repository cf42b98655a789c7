import type { Segment } from '../types.ts';
import { cutCues } from './cues.ts';
import { nameOf, type SpeakerNames } from './names.ts';
import { columnsOf } from './pieces.ts';

/** A name takes at most this much of a SubRip line. */
const LONGEST_LABEL_COLUMNS = 22;

/** SubRip, as players read it: numbered cues, a comma before the milliseconds, the speaker's name first. */
export function renderSrt(segments: readonly Segment[], names?: SpeakerNames): string {
  const speakers = new Set(segments.map(({ speaker }) => speaker));
  const labels = new Map([...speakers].map((each) => [each, `${shortened(nameOf(each, names))}: `]));
  const label = (speaker: number) => labels.get(speaker) ?? '';
  return cutCues(segments, (speaker) => columnsOf(label(speaker)))
    .map(({ start, end, speaker, lines }, index) => {
      const times = `${timeStamp(start, ',')} --> ${timeStamp(end, ',')}`;
      const [first = '', ...rest] = lines;
      const shown = [`${label(speaker)}${first}`.trimEnd(), ...rest].map(disarmSrt);
      return `${index + 1}\n${times}\n${shown.join('\n')}\n`;
    })
    .join('\n');
}

/** WebVTT (W3C), the speaker as a voice span. */
export function renderVtt(segments: readonly Segment[], names?: SpeakerNames): string {
  const cues = cutCues(segments, () => 0).map(({ start, end, speaker, lines }) => {
    const times = `${timeStamp(start, '.')} --> ${timeStamp(end, '.')}`;
    const text = lines.filter((line) => line !== '').join('\n');
    return `${times}\n<v ${escapeVtt(nameOf(speaker, names))}>${escapeVtt(text)}\n`;
  });
  return ['WEBVTT\n', ...cues].join('\n');
}

function shortened(name: string): string {
  const characters = [...new Intl.Segmenter().segment(name)].map(({ segment }) => segment);
  let shown = name;
  while (columnsOf(`${shown}: `) > LONGEST_LABEL_COLUMNS) {
    characters.pop();
    shown = `${characters.join('')}…`;
  }
  return shown;
}

function timeStamp(seconds: number, separator: string): string {
  const milliseconds = Math.round(seconds * 1000);
  const clock = new Date(milliseconds).toISOString().slice(13, 19);
  const hours = Math.floor(milliseconds / 3_600_000);
  return `${String(hours).padStart(2, '0')}${clock}${separator}${String(milliseconds % 1000).padStart(3, '0')}`;
}

/** SubRip has no escapes: what players would take for times or tags is written with a like sign. */
function disarmSrt(line: string): string {
  return line.replaceAll('-->', '→').replaceAll(/<(?=[\p{L}/!?])/gu, '‹');
}

function escapeVtt(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
