import { z } from 'zod';

export const utcTime = z.string().describe('UTC, ISO 8601, whole seconds, for example 2026-03-01T09:30:00Z.');
