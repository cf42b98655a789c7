import type { CSSProperties } from 'react';

import { colorOf } from './speaker-colors.ts';
import classes from './speaker-badge.module.css';

/** The mark of a speaker: the number, on the colour that the speaker has in the waveform. */
export function SpeakerBadge({ speaker }: { speaker: number }) {
  const colors = { '--light': colorOf(speaker, 'light'), '--dark': colorOf(speaker, 'dark') };
  return (
    // The type of a style knows no properties that are a page's own.
    <span className={classes['badge']} style={colors as CSSProperties} aria-hidden>
      {speaker}
    </span>
  );
}
