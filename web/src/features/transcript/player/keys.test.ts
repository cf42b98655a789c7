import { describe, expect, test } from 'vitest';

import { commandOf, isTakenBy } from './keys.ts';

const press = (
  key: string,
  held: { ctrlKey?: boolean; metaKey?: boolean; shiftKey?: boolean; altKey?: boolean } = {},
) => ({
  key,
  ctrlKey: false,
  metaKey: false,
  shiftKey: false,
  altKey: false,
  ...held,
});

/** An element within others, each known by what a selector would find it by. */
const within = (...ancestors: string[]) => ({
  closest: (selector: string) =>
    selector.split(', ').some((each) => ancestors.includes(each)) ? ({} as Element) : null,
});

describe('a key', () => {
  test.each([
    [press(' '), 'toggle'],
    [press('ArrowLeft'), 'back'],
    [press('J', { shiftKey: true }), 'back'],
    [press('l'), 'ahead'],
    [press('>', { shiftKey: true }), 'faster'],
    [press('/'), 'search'],
    [press('?', { shiftKey: true }), 'help'],
    [press('z', { ctrlKey: true }), 'undo'],
    [press('Z', { metaKey: true, shiftKey: true }), 'redo'],
    [press('y', { ctrlKey: true }), 'redo'],
  ] as const)('%o asks for %s', (pressed, command) => {
    expect(commandOf(pressed)).toBe(command);
  });

  test.each([press('l', { ctrlKey: true }), press('ArrowLeft', { altKey: true }), press('x')])(
    '%o is left to the browser',
    (pressed) => {
      expect(commandOf(pressed)).toBeUndefined();
    },
  );

  test('belongs to what is typed in, to what is open, and to a button that it presses', () => {
    expect(isTakenBy(within('textarea'), press('j'))).toBe(true);
    expect(isTakenBy(within('[role=menu]', 'button'), press('ArrowLeft'))).toBe(true);
    expect(isTakenBy(within('button'), press(' '))).toBe(true);
    expect(isTakenBy(within('button'), press('ArrowLeft'))).toBe(false);
    expect(isTakenBy(within('[role=slider]'), press(' '))).toBe(false);
  });
});
