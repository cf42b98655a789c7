import type { DashboardJob } from '@icana/contract/app';
import { labelOf, textOf, turnsOf } from '@icana/contract/edits';
import { ActionIcon, Menu } from '@mantine/core';
import { IconCopy, IconDotsVertical, IconKeyboard, IconLink, IconTrash } from '@tabler/icons-react';
import { useNavigate } from '@tanstack/react-router';

import { formatDuration } from '../../lib/format.ts';
import { copyAndTell } from '../../ui/copying.ts';
import { useJobActions } from '../jobs/list/use-job-actions.tsx';
import type { Editing } from './editing/use-editing.ts';
import { usePlayback, type Playback } from './player/playback.ts';

interface Props {
  readonly job: DashboardJob;
  readonly editing: Editing;
  readonly playback: Playback;
  readonly onShowKeys: () => void;
}

/** What can be done with a transcript beside reading and editing it. */
export function PageMenu({ job, editing, playback, onShowKeys }: Props) {
  const navigate = useNavigate();
  const { confirmDeletion } = useJobActions(job, {
    onDeleted() {
      editing.abandon();
      void navigate({ to: '/' });
    },
  });
  return (
    <Menu position="bottom-end" width={260}>
      <Menu.Target>
        <ActionIcon variant="default" size={36} aria-label="More">
          <IconDotsVertical size={18} aria-hidden />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Item
          leftSection={<IconCopy size={18} aria-hidden />}
          onClick={() => void copyAndTell(asText(editing), 'The text was copied.')}
        >
          Copy the text
        </Menu.Item>
        <LinkItem playback={playback} />
        <Menu.Item leftSection={<IconKeyboard size={18} aria-hidden />} onClick={onShowKeys}>
          Keyboard shortcuts
        </Menu.Item>
        <Menu.Divider />
        <Menu.Item color="red" leftSection={<IconTrash size={18} aria-hidden />} onClick={confirmDeletion}>
          Delete…
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}

function LinkItem({ playback }: { playback: Playback }) {
  const seconds = usePlayback(playback, (it) => Math.floor(it.seconds() * 10) / 10);
  const link = `${window.location.origin}${window.location.pathname}?t=${seconds}`;
  return (
    <Menu.Item
      leftSection={<IconLink size={18} aria-hidden />}
      onClick={() => void copyAndTell(link, 'The link was copied. It opens only for people of this account.')}
    >
      Copy a link to {formatDuration(seconds)}
    </Menu.Item>
  );
}

/** One turn a line, as the exported text has it. */
const asText = ({ segments, state }: Editing): string =>
  turnsOf(segments)
    .map((turn) => `[${labelOf(state.overlay, turn[0]!.speaker)}]: ${textOf(turn.map(({ text }) => text))}`)
    .join('\n');
