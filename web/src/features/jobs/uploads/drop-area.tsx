import { Button, Group, Stack, Text } from '@mantine/core';
import { Dropzone } from '@mantine/dropzone';
import { IconCloudUpload } from '@tabler/icons-react';
import type { UploadTerms } from '@icana/contract/app';
import { useRef } from 'react';

import { formatMoney } from '../../../lib/format.ts';
import classes from './drop-area.module.css';

/** Takes files that are dropped or chosen. What cannot be transcribed the service says, for each file in its row. */
export function DropArea({ terms, onFiles }: { terms: UploadTerms; onFiles: (files: File[]) => void }) {
  const openPicker = useRef<() => void>(null);
  const { extensions, maxBytes, microAudPerMinute } = terms;
  const formats = extensions.map((extension) => extension.slice(1).toUpperCase()).join(', ');
  return (
    <Dropzone
      openRef={openPicker}
      onDrop={onFiles}
      // The button is what is pressed and reached by keyboard; the area itself is for dropping.
      activateOnClick={false}
      activateOnKeyboard={false}
      enablePointerEvents
      inputProps={{ 'aria-label': 'Recordings', accept: extensions.join(',') }}
      className={classes['area']}
      py="xl"
    >
      <Stack align="center" gap="xs">
        <IconCloudUpload size={40} stroke={1.3} aria-hidden />
        <Group gap="xs" justify="center">
          {/* Nobody drops anything on a phone. */}
          <Text fw={500} visibleFrom="xs">
            Drop recordings here, or
          </Text>
          <Button variant="light" size="sm" onClick={() => openPicker.current?.()}>
            Choose files
          </Button>
        </Group>
        <Text c="dimmed" fz="sm" ta="center">
          {formats}, up to {Math.round(maxBytes / 1024 / 1024)} MB each. {formatMoney(microAudPerMinute)} AUD
          a minute; you see the price before you pay.
        </Text>
      </Stack>
    </Dropzone>
  );
}
