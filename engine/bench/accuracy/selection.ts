import type { DataFolder } from '../references/data-folder.ts';

/** The halves of a data folder. */
export const HALVES = ['asr', 'diarization'] as const;

export interface SelectionOptions {
  /** Leaves out the other half. */
  readonly only?: (typeof HALVES)[number] | undefined;
  /** ISO 639 codes that the engine recognises. */
  readonly languages: ReadonlySet<string>;
}

export interface Selection {
  readonly data: DataFolder;
  /** Languages of clips that the engine has no model for, each with its number of clips. */
  readonly leftOut: ReadonlyMap<string, number>;
}

/** What of a data folder is measured: a clip in a language without a model would measure nothing. */
export function selectRecordings(
  { clips, conversations }: DataFolder,
  { only, languages }: SelectionOptions,
): Selection {
  const wantedClips = only === 'diarization' ? [] : clips;
  const leftOut = Map.groupBy(
    wantedClips.filter(({ language }) => !languages.has(language)),
    ({ language }) => language,
  );
  return {
    data: {
      clips: wantedClips.filter(({ language }) => languages.has(language)),
      conversations: only === 'asr' ? [] : conversations,
    },
    leftOut: new Map([...leftOut].map(([language, { length }]) => [language, length])),
  };
}
