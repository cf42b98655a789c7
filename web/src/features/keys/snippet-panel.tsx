import { Anchor, Button, Code, Group, SegmentedControl, Stack, Text } from '@mantine/core';
import { IconCopy } from '@tabler/icons-react';
import { Fragment, useState } from 'react';

import { copyAndTell } from '../../ui/copying.ts';
import { Section } from '../../ui/section.tsx';
import classes from './keys.module.css';
import { KEY_PLACE, SNIPPETS } from './snippets.ts';

const NAMES = SNIPPETS.map(({ name }) => name);

/** How a program uses a key, ready to be pasted; with the new key in it right after one was made. */
export function SnippetPanel({ newKey }: { newKey: string | null }) {
  const [name, setName] = useState<string>('curl');
  const key = newKey ?? KEY_PLACE;
  const written = SNIPPETS.find((snippet) => snippet.name === name)?.write({
    origin: window.location.origin,
    key,
  });
  const program = written ?? '';
  return (
    <Section
      title="Use it in a program"
      aside={
        <SegmentedControl data={NAMES} value={name} onChange={setName} aria-label="Language" size="sm" />
      }
    >
      <Stack gap="xs">
        <Text fz="sm" c="dimmed">
          {newKey === null ? 'Put your key where it is marked.' : 'Your new key is in it already.'} What else
          there is to ask for is in the{' '}
          <Anchor href="/docs" inherit underline="always">
            description of the API
          </Anchor>
          .
        </Text>
        <Code block className={classes['program']} tabIndex={0} aria-label={`Program in ${name}`}>
          {program.split(key).map((part, index) => (
            // The parts of one text, in its order.
            // oxlint-disable-next-line no-array-index-key
            <Fragment key={index}>
              {index > 0 && <mark className={classes['key']}>{key}</mark>}
              {part}
            </Fragment>
          ))}
        </Code>
        <Group justify="flex-end">
          <Button
            variant="default"
            size="xs"
            leftSection={<IconCopy size={16} aria-hidden />}
            onClick={() => void copyAndTell(program, 'The program is copied.')}
          >
            Copy
          </Button>
        </Group>
      </Stack>
    </Section>
  );
}
