import {
  createTheme,
  Drawer,
  Menu,
  Modal,
  type CSSVariablesResolver,
  type MantineColorsTuple,
} from '@mantine/core';

/** The colour of the mark, from a breath of it to almost black. */
const teal: MantineColorsTuple = [
  '#ecfaf8',
  '#d7f2ee',
  '#a9e4dc',
  '#78d6c9',
  '#4fcab9',
  '#2fb8a6',
  '#158d80',
  '#0f766e',
  '#0b5f58',
  '#064842',
];

/** As headings are set, which these are to who hears them. */
const OVERLAY_TITLE = {
  fontSize: 'var(--mantine-h4-font-size)',
  fontWeight: 'var(--mantine-heading-font-weight)',
};

export const theme = createTheme({
  colors: { brand: teal },
  primaryColor: 'brand',
  // Dark enough that white words on it can be read (4.5 : 1 and more).
  primaryShade: { light: 7, dark: 7 },
  defaultRadius: 'md',
  fontFamily:
    'system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", "Helvetica Neue", Arial, sans-serif',
  headings: { fontWeight: '650' },
  cursorType: 'pointer',
  respectReducedMotion: true,
  components: {
    Modal: Modal.extend({
      defaultProps: { closeButtonProps: { 'aria-label': 'Close' } },
      // Addresses and names of files can be one long word.
      styles: { content: { overflowWrap: 'anywhere' }, title: OVERLAY_TITLE },
    }),
    Drawer: Drawer.extend({
      defaultProps: { closeButtonProps: { 'aria-label': 'Close' } },
      styles: { title: OVERLAY_TITLE },
    }),
    // Nothing but its items belongs into a menu: the first of them has the focus.
    Menu: Menu.extend({ defaultProps: { withInitialFocusPlaceholder: false } }),
  },
});

/** Words that can still be read (4.5 : 1 and more): grey on the grey of a field or a bar, warnings on their own colour. */
export const readableColors: CSSVariablesResolver = ({ colors }) => ({
  variables: {},
  light: {
    '--mantine-color-dimmed': colors.gray[7],
    '--mantine-color-placeholder': colors.gray[7],
    '--mantine-color-error': colors.red[9],
    '--mantine-color-red-light-color': colors.red[9],
    '--mantine-color-red-outline': colors.red[9],
    '--mantine-color-red-filled': colors.red[9],
    '--mantine-color-red-filled-hover': '#a61e1e',
    '--mantine-color-yellow-light-color': '#7a4a00',
    '--mantine-color-yellow-outline': '#7a4a00',
  },
  dark: {
    '--mantine-color-dimmed': colors.dark[1],
    '--mantine-color-placeholder': colors.dark[1],
    '--mantine-color-error': colors.red[5],
    '--mantine-color-red-filled': colors.red[9],
    '--mantine-color-red-filled-hover': '#a61e1e',
    // Darkened by half, as is usual, ours is a hole in the page, and warnings shout.
    '--mantine-color-brand-light': colors['brand']![9],
    '--mantine-color-brand-light-hover': colors['brand']![8],
    '--mantine-color-gray-light': colors.dark[4],
    '--mantine-color-gray-light-hover': colors.dark[3],
    '--mantine-color-red-light': '#521c1c',
    '--mantine-color-red-light-hover': '#6b2222',
    '--mantine-color-yellow-light': '#4a2f08',
    '--mantine-color-yellow-light-hover': '#63400c',
  },
});
