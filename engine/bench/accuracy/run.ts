import pMap from 'p-map';

import type { TranscribeRequest } from '../../src/index.ts';
import type { SpeakerHint, Transcript } from '../../src/types.ts';
import type { Clip, Conversation, DataFolder } from '../references/data-folder.ts';
import { describeClip, describeConversation } from './progress.ts';
import {
  countSpeakers,
  scoreClip,
  scoreConversation,
  type ClipScore,
  type ConversationScore,
} from './score-recording.ts';

export interface AccuracyRun {
  readonly data: DataFolder;
  /** The way of a recording that is measured. */
  readonly transcribe: (request: TranscribeRequest) => Promise<Transcript>;
  /** Whether the pipeline is told how many speakers a conversation has. */
  readonly speakers: 'known' | 'unknown';
  /** How many recordings are on their way at once. */
  readonly concurrency: number;
  /** Takes a line for people after each recording. */
  readonly report: (line: string) => void;
}

export interface AccuracyScores {
  readonly clips: readonly ClipScore[];
  readonly conversations: readonly ConversationScore[];
}

const NOTHING_HEARD: Transcript = { durationSeconds: 0, speakerCount: 0, segments: [], suppressed: [] };

/**
 * Sends every recording through the pipeline and scores what comes out. A recording that the pipeline fails on is
 * reported and scored as if nothing had been heard in it, so that a failure can only worsen the figures.
 */
export async function measureAccuracy(run: AccuracyRun): Promise<AccuracyScores> {
  const total = run.data.clips.length + run.data.conversations.length;
  let done = 0;
  const report = (line: string) => {
    done += 1;
    run.report(`[${done}/${total}] ${line}`);
  };

  const transcribe = async ({ name }: Clip | Conversation, request: TranscribeRequest) => {
    try {
      return await run.transcribe(request);
    } catch (error) {
      run.report(`${name}: ${error instanceof Error ? error.message : String(error)}`);
      return NOTHING_HEARD;
    }
  };

  const { concurrency } = run;
  // The long recordings first: they share all processes, and the short ones fill up the end.
  const conversations = await pMap(
    run.data.conversations,
    async (conversation) => {
      const score = scoreConversation(
        conversation,
        await transcribe(conversation, { path: conversation.path, hint: hintFor(run, conversation) }),
      );
      report(describeConversation(conversation, score));
      return score;
    },
    { concurrency },
  );
  const clips = await pMap(
    run.data.clips,
    async (clip) => {
      const score = scoreClip(clip, await transcribe(clip, { path: clip.path, language: clip.language }));
      report(describeClip(clip, score));
      return score;
    },
    { concurrency },
  );
  return { clips, conversations };
}

function hintFor({ speakers }: AccuracyRun, { turns, lines }: Conversation): SpeakerHint {
  return speakers === 'known' ? { numSpeakers: countSpeakers(turns ?? lines ?? []) } : {};
}
