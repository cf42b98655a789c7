import { UnusableAudioError, type Engine } from '@icana/engine';

import { refusal } from '../../infra/http/api-error.ts';

/**
 * How long a recording is, in milliseconds.
 * @throws ApiError 400 when the file is no audio
 */
export async function probeDuration(engine: Pick<Engine, 'probe'>, path: string): Promise<number> {
  try {
    const { durationSeconds } = await engine.probe(path);
    return Math.round(durationSeconds * 1000);
  } catch (error) {
    if (error instanceof UnusableAudioError) throw refusal('upload.not_audio', { problem: error.message });
    throw error;
  }
}
