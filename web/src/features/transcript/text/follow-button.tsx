import { Button } from '@mantine/core';
import { IconArrowDown } from '@tabler/icons-react';

import { usePlayback, type Playback } from '../player/playback.ts';
import classes from './segment-list.module.css';

/** The way back to what is being said, while something is. */
export function FollowButton({ playback, onClick }: { playback: Playback; onClick: () => void }) {
  const isPlaying = usePlayback(playback, (it) => it.isPlaying());
  if (!isPlaying) return null;
  return (
    <div className={classes['follow']}>
      <Button size="xs" radius="xl" leftSection={<IconArrowDown size={14} aria-hidden />} onClick={onClick}>
        Follow the recording
      </Button>
    </div>
  );
}
