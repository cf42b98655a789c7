import type { SpeakerInterval } from '../scoring/diarization-errors.ts';

/**
 * Who speaks when, from NIST's Rich Transcription Time Marked format: one record a line, its fields separated by
 * blanks, of which `SPEAKER file channel start duration <NA> <NA> name …` are the turns. Other records and `;;`
 * comments are passed over, and so are turns without length. The file field is not looked at.
 *
 * @throws Error naming the line whose times are no numbers or whose speaker is missing.
 */
export function parseRttm(text: string): SpeakerInterval[] {
  return text.split('\n').flatMap((line, index) => {
    const [type, , , startField, durationField, , , speaker] = line.trim().split(/\s+/);
    if (type !== 'SPEAKER') return [];
    const start = Number(startField);
    const duration = Number(durationField);
    if (!(start >= 0) || !(duration >= 0) || speaker === undefined) {
      throw new Error(`RTTM line ${index + 1} is no speaker turn: ${line}`);
    }
    return duration > 0 ? [{ start, end: start + duration, speaker }] : [];
  });
}
