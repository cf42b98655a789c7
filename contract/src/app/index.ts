/** What the pages of the dashboard and the service say to each other. No promise to anybody else: both change together. */
export * from './done.ts';
export * from './session.ts';
export * from './sign-in.ts';
export * from './account.ts';
export * from './keys.ts';
export * from './billing.ts';
export * from './usage.ts';
export * from './transcript.ts';
export * from './jobs.ts';
export * from './uploads.ts';
export * from './operator.ts';
export * from './operator-system.ts';
