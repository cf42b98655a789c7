import type { LeftOut } from '@icana/contract/edits';
import { Button, Group, Paper, Stack, Text, Title } from '@mantine/core';
import { IconArrowBackUp, IconPlayerPlay } from '@tabler/icons-react';

import { formatDuration } from '../../../lib/format.ts';
import { inWords } from './reasons.ts';

interface Props {
  readonly omitted: readonly LeftOut[];
  /** Undefined where the original is shown, which nobody changes. */
  readonly onRestore: ((segment: number) => void) | undefined;
  readonly onHear: (seconds: number) => void;
}

/** What was recognised and most likely not said, to be heard and put back. */
export function LeftOutPanel({ omitted, onRestore, onHear }: Props) {
  return (
    <Stack component="section" aria-labelledby="left-out" gap="sm">
      <Title order={2} size="h5" id="left-out">
        Left out
      </Title>
      <Text fz="sm" c="dimmed">
        {omitted.length === 0
          ? 'Nothing: all that was recognised is in the text.'
          : 'Recognised, but most likely not said. Listen, and put back what was.'}
      </Text>
      {omitted.map(({ segment, start, reason, text }) => (
        <Paper key={segment} withBorder p="xs">
          <Text fz="sm" lineClamp={3}>
            {text}
          </Text>
          <Text fz="xs" c="dimmed">
            {inWords(reason)}
          </Text>
          <Group gap="xs" mt={6}>
            <Button
              size="compact-xs"
              variant="default"
              leftSection={<IconPlayerPlay size={14} aria-hidden />}
              aria-label={`Play from ${formatDuration(start)}`}
              onClick={() => onHear(start)}
            >
              {formatDuration(start)}
            </Button>
            {onRestore && (
              <Button
                size="compact-xs"
                variant="light"
                leftSection={<IconArrowBackUp size={14} aria-hidden />}
                onClick={() => onRestore(segment)}
              >
                Put back
              </Button>
            )}
          </Group>
        </Paper>
      ))}
    </Stack>
  );
}
