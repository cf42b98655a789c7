import type { SpeakerInterval } from '../scoring/diarization-errors.ts';

/** What one speaker says in one go. */
export interface SpokenLine extends SpeakerInterval {
  readonly text: string;
}

const IGNORED_TEXT = 'ignore_time_segment_in_scoring';

/**
 * Who says what, from NIST's segment time mark format: `file channel speaker start end [<labels>] words …`, one
 * stretch of speech a line. `;;` comments and stretches marked to be ignored are passed over. The file field is not
 * looked at.
 *
 * @throws Error naming the line that has too few fields or whose times are no interval.
 */
export function parseStm(text: string): SpokenLine[] {
  return text.split('\n').flatMap((line, index) => {
    const fields = line.trim().split(/\s+/);
    if (fields[0] === '' || fields[0]?.startsWith(';;')) return [];
    const [, , speaker, startField, endField, ...rest] = fields;
    const start = Number(startField);
    const end = Number(endField);
    if (speaker === undefined || !(start >= 0) || !(end > start)) {
      throw new Error(`STM line ${index + 1} is no stretch of speech: ${line}`);
    }
    const words = /^<.*>$/.test(rest[0] ?? '') ? rest.slice(1) : rest;
    if (words[0]?.toLowerCase() === IGNORED_TEXT) return [];
    return [{ start, end, speaker, text: words.join(' ') }];
  });
}
