/** What differs between the sizes of Moonshine. */
export interface MoonshineShape {
  readonly layers: number;
  readonly headWidth: number;
  /** Where attention follows the sound best, found by search on half of a set of clips and checked on the other half. */
  readonly alignmentHeads: readonly { readonly layer: number; readonly head: number }[];
}

/** Each layer has as many. */
export const HEADS = 8;
export const TOKENS = 32_768;

export const MOONSHINE_SHAPES = {
  /** For Spanish the search was not repeated: the words' edges lie in the pauses there, too. */
  'moonshine-base': {
    layers: 8,
    headWidth: 52,
    alignmentHeads: [
      { layer: 6, head: 4 },
      { layer: 5, head: 1 },
      { layer: 5, head: 5 },
      { layer: 4, head: 2 },
    ],
  },
  /** Half of its word edges are within 24 ms of those of the other size, nine in ten within 72 ms. */
  'moonshine-tiny': {
    layers: 6,
    headWidth: 36,
    alignmentHeads: [
      { layer: 5, head: 7 },
      { layer: 3, head: 7 },
      { layer: 4, head: 3 },
      { layer: 5, head: 1 },
    ],
  },
} as const satisfies Record<string, MoonshineShape>;

export function alignmentLayers({ alignmentHeads }: MoonshineShape): number[] {
  return [...new Set(alignmentHeads.map(({ layer }) => layer))];
}
