import { describe, expect, test } from 'vitest';

import { API_STATUSES, ERRORS, errorDetail, jobListQuerySchema, jobQuerySchema, jobSchema } from './index.ts';

const ELEVEN_FIELDS = [
  'id',
  'status',
  'original_filename',
  'language',
  'audio_duration_seconds',
  'audio_duration_minutes',
  'transcription',
  'diarization',
  'error_message',
  'created_at',
  'completed_at',
];

describe('a job', () => {
  test('has exactly eleven required fields, in the documented order', () => {
    const required = Object.entries(jobSchema.shape).filter(([, field]) => !field.isOptional());
    expect(required.map(([name]) => name)).toEqual(ELEVEN_FIELDS);
  });

  test('keeps that order whatever order it was put together in', () => {
    const shuffled = {
      completed_at: null,
      error_message: null,
      status: 'pending',
      id: '0197f3f0-8d5e-7000-8000-000000000000',
      created_at: '2026-03-01T09:30:00Z',
      diarization: null,
      transcription: null,
      audio_duration_minutes: null,
      audio_duration_seconds: null,
      language: 'en',
      original_filename: 'a.mp3',
    };
    expect(Object.keys(jobSchema.parse(shuffled))).toEqual(ELEVEN_FIELDS);
  });
});

describe('the error catalogue', () => {
  test('uses only the documented statuses', () => {
    expect(Object.values(ERRORS).filter(({ status }) => !API_STATUSES.includes(status))).toEqual([]);
  });

  test('fills the values into the sentence', () => {
    const values = { minimum: '0.50', available: '0.12' };
    expect(errorDetail('credits.insufficient', values)).toBe(
      'Credit balance below $0.50 AUD minimum: $0.12 AUD is available.',
    );
  });
});

describe('queries', () => {
  test('expand is a list of known names', () => {
    expect(jobQuerySchema.parse({ expand: 'words, cost' })).toEqual({ expand: ['words', 'cost'] });
    expect(jobQuerySchema.safeParse({ expand: 'everything' }).success).toBe(false);
  });

  test('a page has 20 jobs unless asked for, and at most 100', () => {
    expect(jobListQuerySchema.parse({}).limit).toBe(20);
    expect(jobListQuerySchema.parse({ limit: '100' }).limit).toBe(100);
  });

  test.each(['101', '0', '1.5', 'many', '', ' 5', '5 ', '+5', '-5', '0x10', '1e1', '५'])(
    '%j is no number of jobs',
    (limit) => {
      const problem = 'limit must be a whole number from 1 to 100';
      expect(jobListQuerySchema.safeParse({ limit }).error?.issues[0]?.message).toBe(problem);
    },
  );

  test('a wait is 0 to 60 whole seconds', () => {
    expect(jobQuerySchema.parse({ wait: '0' }).wait).toBe(0);
    expect(jobQuerySchema.parse({ wait: '60' }).wait).toBe(60);
    expect(jobQuerySchema.safeParse({ wait: '61' }).success).toBe(false);
    expect(jobQuerySchema.safeParse({ wait: '0.5' }).success).toBe(false);
  });

  test.each(['limit', 'cursor', 'status'])('%s is sent once', (name) => {
    const refused = jobListQuerySchema.safeParse({ [name]: ['1', '2'] });
    expect(refused.error?.issues[0]?.message).toBe(`${name} must be sent once, not several times`);
  });
});
