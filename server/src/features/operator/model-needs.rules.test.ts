import { expect, test } from 'vitest';

import { needFor } from './model-needs.rules.ts';

test('what every start fetches is needed, for a reason that names the setting where there is one', () => {
  expect(needFor('silero-vad', {})).toBe('Every recording needs it, to find where somebody speaks.');
  expect(needFor('moonshine-base-en', {})).toBe(
    'It is the model for the language en where LANGUAGE_MODELS names no other.',
  );
  const named = { en: 'parakeet-tdt-0.6b-v3', auto: 'whisper-small' };
  expect(needFor('parakeet-tdt-0.6b-v3', named)).toBe('LANGUAGE_MODELS names it for the language en.');
  expect(needFor('whisper-small', named)).toBe('LANGUAGE_MODELS names it for the language auto.');
});

test('what no setting names is not', () => {
  expect(needFor('whisper-small', {})).toBeNull();
  expect(needFor('pyannote-segmentation-3.0', {})).toBeNull();
  expect(needFor('moonshine-base-en', { en: 'parakeet-tdt-0.6b-v3' })).toBeNull();
});
