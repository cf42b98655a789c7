/** What keys do on the page of a transcript. */
export type Command = 'toggle' | 'back' | 'ahead' | 'slower' | 'faster' | 'search' | 'undo' | 'redo' | 'help';

/** Every key there is, as the help shows it. */
export const KEYS: readonly { readonly keys: readonly string[]; readonly does: string }[] = [
  { keys: ['Space', 'K'], does: 'Play or pause' },
  { keys: ['Left', 'J'], does: 'Back 3 seconds' },
  { keys: ['Right', 'L'], does: 'Ahead 3 seconds' },
  { keys: ['<', '>'], does: 'Slower, faster' },
  { keys: ['/'], does: 'Search in the text' },
  { keys: ['Up', 'Down'], does: 'Previous or next passage' },
  { keys: ['Enter'], does: 'Edit the passage' },
  { keys: ['Esc'], does: 'End editing or searching' },
  { keys: ['Ctrl + Z'], does: 'Undo' },
  { keys: ['Ctrl + Shift + Z'], does: 'Redo' },
  { keys: ['?'], does: 'Show these shortcuts' },
];

const COMMANDS: Readonly<Record<string, Command>> = {
  ' ': 'toggle',
  k: 'toggle',
  arrowleft: 'back',
  j: 'back',
  arrowright: 'ahead',
  l: 'ahead',
  '<': 'slower',
  '>': 'faster',
  '/': 'search',
  '?': 'help',
};

interface KeyPress {
  readonly key: string;
  readonly ctrlKey: boolean;
  readonly metaKey: boolean;
  readonly shiftKey: boolean;
  readonly altKey: boolean;
}

/** What a key asks for that was pressed where nothing else wants it. */
export function commandOf({ key, ctrlKey, metaKey, shiftKey, altKey }: KeyPress): Command | undefined {
  if (altKey) return undefined;
  if (!ctrlKey && !metaKey) return COMMANDS[key.toLowerCase()];
  const letter = key.toLowerCase();
  if (letter === 'z') return shiftKey ? 'redo' : 'undo';
  return letter === 'y' && !shiftKey ? 'redo' : undefined;
}

/** Where keys are typed, or move within what is open: all of them belong there. */
const TYPED = 'input, textarea, select, [contenteditable], [role=dialog], [role=menu], [role=listbox]';
/** What the space bar presses. */
const PRESSED = 'button, a, summary, [role=button]';

/** Whether a key belongs to the element that has the focus, and not to the page. */
export const isTakenBy = (element: Pick<Element, 'closest'>, { key }: Pick<KeyPress, 'key'>): boolean =>
  element.closest(TYPED) !== null || (key === ' ' && element.closest(PRESSED) !== null);
