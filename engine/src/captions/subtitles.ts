import type { Segment } from '../types.ts';
import { cutCues } from './cues.ts';

/** SubRip, as players read it: numbered cues, a comma before the milliseconds, the speaker's name first. */
export function renderSrt(segments: readonly Segment[]): string {
  return cutCues(segments)
    .map(({ start, end, speaker, lines }, index) => {
      const times = `${timeStamp(start, ',')} --> ${timeStamp(end, ',')}`;
      return `${index + 1}\n${times}\nSpeaker ${speaker}: ${lines.join('\n')}\n`;
    })
    .join('\n');
}

/** WebVTT (W3C), the speaker as a voice span. */
export function renderVtt(segments: readonly Segment[]): string {
  const cues = cutCues(segments).map(({ start, end, speaker, lines }) => {
    const times = `${timeStamp(start, '.')} --> ${timeStamp(end, '.')}`;
    return `${times}\n<v Speaker ${speaker}>${escapeVtt(lines.join('\n'))}\n`;
  });
  return ['WEBVTT\n', ...cues].join('\n');
}

function timeStamp(seconds: number, separator: string): string {
  const milliseconds = Math.round(seconds * 1000);
  const clock = new Date(milliseconds).toISOString().slice(13, 19);
  const hours = Math.floor(milliseconds / 3_600_000);
  return `${String(hours).padStart(2, '0')}${clock}${separator}${String(milliseconds % 1000).padStart(3, '0')}`;
}

function escapeVtt(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
