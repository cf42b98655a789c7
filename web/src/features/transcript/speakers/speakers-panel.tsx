import type { EditedSpeaker } from '@icana/contract/edits';
import {
  ActionIcon,
  Button,
  Group,
  Menu,
  Progress,
  Stack,
  Text,
  Title,
  useComputedColorScheme,
  VisuallyHidden,
} from '@mantine/core';
import { IconDots, IconPencil, IconPlayerPlay, IconUsers } from '@tabler/icons-react';

import { formatDuration } from '../../../lib/format.ts';
import { SpeakerBadge } from './speaker-badge.tsx';
import { colorOf } from './speaker-colors.ts';
import classes from './speakers-panel.module.css';

/** What can be changed of speakers. */
interface Changes {
  readonly onRename: (speaker: number) => void;
  readonly onMerge: (from: number, into: number) => void;
  readonly onRecount: () => void;
}

interface Props {
  readonly speakers: readonly EditedSpeaker[];
  readonly onHear: (speaker: number) => void;
  /** Undefined where the original is shown, which nobody changes. */
  readonly changes: Changes | undefined;
}

/** Who speaks in the recording, and for how long. */
export function SpeakersPanel({ speakers, onHear, changes }: Props) {
  const total = speakers.reduce((sum, { seconds }) => sum + seconds, 0);
  return (
    <Stack component="section" aria-labelledby="speakers" gap="sm">
      <Title order={2} size="h5" id="speakers">
        Speakers
      </Title>
      <ul className={classes['list']}>
        {speakers.map((each) => (
          <SpeakerItem
            key={each.speaker}
            shown={each}
            others={speakers.filter((other) => other !== each)}
            share={total === 0 ? 0 : each.seconds / total}
            onHear={onHear}
            changes={changes}
          />
        ))}
      </ul>
      {changes && speakers.length > 0 && (
        <Button
          variant="default"
          size="compact-sm"
          leftSection={<IconUsers size={16} aria-hidden />}
          onClick={changes.onRecount}
        >
          Change the number of speakers
        </Button>
      )}
    </Stack>
  );
}

interface ItemProps extends Omit<Props, 'speakers'> {
  readonly shown: EditedSpeaker;
  readonly others: readonly EditedSpeaker[];
  /** Of all that is spoken, from 0 to 1. */
  readonly share: number;
}

function SpeakerItem({ share, ...rest }: ItemProps) {
  const scheme = useComputedColorScheme('light');
  const { shown, changes } = rest;
  const { speaker, label, seconds } = shown;
  return (
    <li>
      <Group gap="xs" wrap="nowrap">
        <SpeakerBadge speaker={speaker} />
        <Text fw={600} truncate flex={1} title={label}>
          {label}
        </Text>
        {changes && (
          <ActionIcon
            variant="subtle"
            color="gray"
            aria-label={`Rename ${label}`}
            onClick={() => changes.onRename(speaker)}
          >
            <IconPencil size={16} aria-hidden />
          </ActionIcon>
        )}
        <SpeakerActions {...rest} />
      </Group>
      <Group gap="xs" wrap="nowrap" pl={30}>
        <Progress value={share * 100} color={colorOf(speaker, scheme)} size="sm" flex={1} aria-hidden />
        <Text fz="xs" c="dimmed" className={classes['share']}>
          {formatDuration(seconds)} · {Math.round(share * 100)} %
        </Text>
      </Group>
    </li>
  );
}

function SpeakerActions({ shown, others, onHear, changes }: Omit<ItemProps, 'share'>) {
  const { speaker, label } = shown;
  return (
    <Menu position="bottom-end" width={240}>
      <Menu.Target>
        <ActionIcon variant="subtle" color="gray" aria-label={`Options of ${label}`}>
          <IconDots size={16} aria-hidden />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown mah="60vh" style={{ overflowY: 'auto' }}>
        <Menu.Item leftSection={<IconPlayerPlay size={18} aria-hidden />} onClick={() => onHear(speaker)}>
          Hear this voice
        </Menu.Item>
        {changes && others.length > 0 && <Menu.Label>The same person as</Menu.Label>}
        {changes &&
          others.map((other) => (
            <Menu.Item
              key={other.speaker}
              leftSection={<SpeakerBadge speaker={other.speaker} />}
              onClick={() => changes.onMerge(speaker, other.speaker)}
            >
              <VisuallyHidden>Merge into </VisuallyHidden>
              {other.label}
            </Menu.Item>
          ))}
      </Menu.Dropdown>
    </Menu>
  );
}
