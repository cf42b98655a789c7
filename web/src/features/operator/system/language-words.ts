import type { Model } from '@icana/contract/app';

const MOST_NAMED = 5;

const NAMES = new Intl.DisplayNames('en', { type: 'language' });

/** What a model knows: `English`, `25 languages, and finds out which is spoken`. */
export function languageWords({ kind, languages, detectsLanguage }: Model): string {
  if (kind === 'vad') return 'Finds where somebody speaks, in any language';
  if (kind === 'speaker-segmentation') return 'Hears voices change and overlap, in any language';
  const known =
    languages.length > MOST_NAMED
      ? `${languages.length} languages`
      : languages.map((code) => NAMES.of(code) ?? code).join(', ');
  return detectsLanguage ? `${known}, and finds out which is spoken` : known;
}
