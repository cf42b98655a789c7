import {
  OPENAI_FORMATS,
  OPENAI_GRANULARITIES,
  type OpenAiFormat,
  type OpenAiGranularity,
} from '@icana/contract';

import { refusal } from '../../infra/http/api-error.ts';
import type { Field } from '../uploads/form-fields.ts';

/** How a transcription is to be answered. */
export interface Asked {
  readonly format: OpenAiFormat;
  readonly granularities: readonly OpenAiGranularity[];
}

const ONCE: ReadonlySet<string> = new Set(['response_format', 'stream']);
const GRANULARITIES = 'timestamp_granularities[]';

/** The fields of a form that say how it is to be answered. Blank ones count as left out. */
export function createOpenAiFields() {
  const seen = new Set<string>();
  const granularities = new Set<OpenAiGranularity>();
  let format: OpenAiFormat = 'json';

  function read(name: string, value: string): void {
    if (name === 'response_format') format = oneOf(OPENAI_FORMATS, value, 'openai.format_unknown');
    if (name === GRANULARITIES)
      granularities.add(oneOf(OPENAI_GRANULARITIES, value, 'openai.granularity_unknown'));
    if (name === 'stream' && value !== 'false') throw refusal('openai.no_streaming');
  }

  return {
    /** @throws ApiError 400 when the field is wrong, or there for the second time */
    add({ name, value }: Field): void {
      if (ONCE.has(name) && seen.has(name)) throw refusal('upload.field_repeated', { field: name });
      seen.add(name);
      const word = value.trim().toLowerCase();
      if (word !== '') read(name, word);
    },

    asked: (): Asked => ({
      format,
      granularities: granularities.size > 0 ? [...granularities] : ['segment'],
    }),
  };
}

function oneOf<Word extends string>(
  words: readonly Word[],
  value: string,
  code: 'openai.format_unknown' | 'openai.granularity_unknown',
): Word {
  const word = words.find((each) => each === value);
  if (word === undefined) throw refusal(code, { allowed: words.join(', ') });
  return word;
}
