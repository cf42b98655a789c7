/**
 * `npm run bench` runs it: how long a search in the transcript of three hours takes, beside a plain pass of `indexOf` over
 * the same text, which knows neither case nor accents. Everything is measured in turns in one run, so that ratios hold on
 * any machine, however busy. Exits with 1 when a goal is missed.
 */
import {
  findAll,
  indexTexts,
  marksInPart,
  type SearchIndex,
} from '../src/features/transcript/search/search-index.ts';

const WORDS = 30_000;
const WORDS_OF_A_PASSAGE = 12;
/** As many passages as are drawn at once, at most. */
const ROWS = 60;
/** The best one counts: the one least disturbed by other programs. */
const ROUNDS = 51;
const MOST_MS = 50;
const MOST_NEXT_RATIO = 3;

/** From a letter that is everywhere to what is nowhere; the most that a first search may take beside a plain pass. */
const TALKS = [
  {
    language: 'Russian',
    said: 'когда же отправляется следующий поезд в Москву спросил я у человека который стоял рядом',
    phrases: ['е', 'поезд', 'следующий поезд в', 'ничего такого'],
    mostFirstRatio: 150,
  },
  {
    language: 'English',
    said: 'when does the next train to Zürich leave from here I asked at the café and nobody knew it',
    phrases: ['e', 'train', 'next train to', 'no such thing'],
    mostFirstRatio: 20,
  },
];

function bench({ language, said, phrases, mostFirstRatio }: (typeof TALKS)[number]): void {
  const passages = passagesOf(said.split(' '));
  const cold = millisecondsOf(() => search(indexTexts(passages), phrases[1]!));
  console.log(`${language}, ${WORDS} words: ${cold.toFixed(1)} ms for the very first search`);
  const times = phrases.map((phrase) => measure(passages, phrase));
  const total = (of: keyof Times): number => times.reduce((sum, each) => sum + each[of], 0);
  check('The slowest first search, in ms', Math.max(...times.map(({ first }) => first)), MOST_MS);
  check('First searches over plain passes', total('first') / total('plain'), mostFirstRatio);
  check('Next searches over plain passes', total('next') / total('plain'), MOST_NEXT_RATIO);
}

const passagesOf = (said: readonly string[]): string[] =>
  Array.from({ length: WORDS / WORDS_OF_A_PASSAGE }, (_, passage) => {
    const first = passage * WORDS_OF_A_PASSAGE;
    return Array.from(said.keys(), (at) => said[(first + at) % said.length])
      .slice(0, WORDS_OF_A_PASSAGE)
      .join(' ');
  });

/** In milliseconds. */
interface Times {
  readonly plain: number;
  /** With the index, which is made once for a text. */
  readonly first: number;
  readonly next: number;
}

function measure(passages: readonly string[], phrase: string): Times {
  const index = indexTexts(passages);
  const rounds = Array.from({ length: ROUNDS }, () => ({
    plain: millisecondsOf(() => plainPass(passages, phrase)),
    first: millisecondsOf(() => search(indexTexts(passages), phrase)),
    next: millisecondsOf(() => search(index, phrase)),
  }));
  const best = (of: keyof Times): number => Math.min(...rounds.map((round) => round[of]));
  return { plain: best('plain'), first: best('first'), next: best('next') };
}

/** What the page does: finds everything, and marks it in the passages that are drawn. */
function search(index: SearchIndex, phrase: string): void {
  const matches = findAll(index, phrase);
  for (let row = 0; row < ROWS; row += 1) marksInPart(index, matches, row);
}

function plainPass(passages: readonly string[], phrase: string): void {
  for (const passage of passages) {
    for (let at = passage.indexOf(phrase); at >= 0; at = passage.indexOf(phrase, at + phrase.length));
  }
}

function millisecondsOf(work: () => void): number {
  const began = performance.now();
  work();
  return performance.now() - began;
}

function check(what: string, value: number, most: number): void {
  const met = value <= most;
  console.log(`${what}: ${value.toFixed(2)} (goal: at most ${most})${met ? '' : ' MISSED'}`);
  if (!met) process.exitCode = 1;
}

TALKS.forEach(bench);
