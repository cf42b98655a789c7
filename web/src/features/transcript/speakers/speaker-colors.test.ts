import { describe, expect, test } from 'vitest';

import { colorOf, SPEAKER_COLORS } from './speaker-colors.ts';

/** As WCAG 2 defines them. */
function luminanceOf(color: string): number {
  const [red, green, blue] = [1, 3, 5].map((at) => {
    const share = Number.parseInt(color.slice(at, at + 2), 16) / 255;
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  }) as [number, number, number];
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}
function contrastOf(one: string, other: string): number {
  const [darker, lighter] = [luminanceOf(one), luminanceOf(other)].sort((a, b) => a - b) as [number, number];
  return (lighter + 0.05) / (darker + 0.05);
}

describe('colours of speakers', () => {
  test.each(SPEAKER_COLORS)('the number can be read on $light and on $dark', ({ light, dark }) => {
    expect(contrastOf(light, '#ffffff')).toBeGreaterThanOrEqual(4.5);
    expect(contrastOf(dark, '#000000')).toBeGreaterThanOrEqual(4.5);
  });

  test('are different for the first ten, stay with a number, and come again', () => {
    const ten = Array.from({ length: 10 }, (_, index) => colorOf(index + 1, 'light'));
    expect(new Set(ten).size).toBe(10);
    expect(colorOf(11, 'light')).toBe(ten[0]);
    expect(colorOf(999, 'dark')).toMatch(/^#/);
  });
});
