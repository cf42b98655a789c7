import { describe, expect, it } from 'vitest';

import { isScoredByCharacter, spokenUnits } from './spoken-text.ts';

const english = (text: string) => spokenUnits(text, 'en').join(' ');

describe('the words of an English text', () => {
  it('are lower-cased and lose their punctuation', () => {
    expect(english('And so, my fellow Americans: ask not — "what"…')).toBe(
      'and so my fellow americans ask not what',
    );
  });

  it('have titles written out, with or without their full stop', () => {
    expect(english('Mr. Hale, Mrs Dashwood and Dr. Watson')).toBe(
      'mister hale missus dashwood and doctor watson',
    );
  });

  it('keep an apostrophe inside, plain or typographic, and none at their edges', () => {
    expect(english("The reader’s 'quoted' words; 'tis the readers' own, don't")).toBe(
      "the reader's quoted words tis the readers own don't",
    );
  });

  it('are parted by hyphens and dashes', () => {
    expect(english('forty-two lines–or less')).toBe('forty two lines or less');
  });

  it('keep digits as they are, without separators and symbols', () => {
    expect(english('6 × 10 = 60, not 600,000: a 12% chance of 3.5.')).toBe(
      '6 10 60 not 600000 a 12 chance of 35',
    );
  });

  it('are none in a text of nothing but punctuation', () => {
    expect(spokenUnits(' … – "?" ', 'en')).toEqual([]);
  });
});

describe('the units of other languages', () => {
  it('are words, with accents equal however they are composed, and no English titles', () => {
    expect(spokenUnits('Près de l’eau, DR.', 'fr')).toEqual(['pr\u00e8s', 'de', "l'eau", 'dr']);
    expect(spokenUnits('Pre\u0300s', 'fr')).toEqual(['pr\u00e8s']);
  });

  it('are characters where words are not spaced, and punctuation counts no more than elsewhere', () => {
    expect(spokenUnits('客観的、実在。１２', 'ja')).toEqual(['客', '観', '的', '実', '在', '1', '2']);
    expect(spokenUnits('그는 이리', 'ko')).toEqual(['그', '는', '이', '리']);
  });

  it('are characters for exactly the languages said to be scored by character', () => {
    for (const language of ['en', 'de', 'ja', 'zh']) {
      expect(spokenUnits('ab', language).length === 2).toBe(isScoredByCharacter(language));
    }
  });
});
