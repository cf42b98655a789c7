export * from './statuses.ts';
export * from './errors.ts';
export * from './headers.ts';
export * from './jobs.ts';
export * from './job-queries.ts';
export * from './transcripts.ts';
export * from './submit.ts';
export * from './usage.ts';
