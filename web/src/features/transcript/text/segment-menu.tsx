import type { EditedSegment, EditedSpeaker } from '@icana/contract/edits';
import { Menu, VisuallyHidden } from '@mantine/core';
import { IconAbc, IconPencil, IconUserPlus } from '@tabler/icons-react';
import type { ReactNode } from 'react';

import type { EditActions, Receiver } from '../editing/edit-actions.ts';
import { SpeakerBadge } from '../speakers/speaker-badge.tsx';

/** A segment whose menu is open, and where, within what the menu is placed in. */
export interface OpenMenu {
  readonly segment: EditedSegment;
  readonly top: number;
  readonly left: number;
}

interface Props {
  readonly open: OpenMenu | null;
  readonly speakers: readonly EditedSpeaker[];
  readonly give: EditActions['give'];
  readonly onEdit: (segment: EditedSegment) => void;
  readonly onRename: (speaker: number) => void;
  readonly onClose: () => void;
}

/** What can be done about a segment: edit it, or say who said it. There is one menu for all of them. */
export function SegmentMenu({ open, onClose, ...rest }: Props) {
  return (
    <Menu opened={open !== null} onClose={onClose} position="bottom-start" offset={4} width={260}>
      <Menu.Target>
        <span aria-hidden style={{ position: 'absolute', top: open?.top ?? 0, left: open?.left ?? 0 }} />
      </Menu.Target>
      <Menu.Dropdown mah="60vh" style={{ overflowY: 'auto' }} aria-label="Passage">
        {open && <Choices {...rest} segment={open.segment} />}
      </Menu.Dropdown>
    </Menu>
  );
}

function Choices(props: Omit<Props, 'open' | 'onClose'> & { segment: EditedSegment }) {
  const { segment, speakers, give, onEdit, onRename } = props;
  const own = speakers.find(({ speaker }) => speaker === segment.speaker);
  const others = speakers.filter((each) => each !== own);
  return (
    <>
      <Menu.Item leftSection={<IconPencil size={18} aria-hidden />} onClick={() => onEdit(segment)}>
        Edit the text
      </Menu.Item>
      <Menu.Divider />
      <Menu.Label>This was said by</Menu.Label>
      <Receivers others={others} onChoose={(to) => give(segment, to)} />
      <Menu.Divider />
      <Menu.Label>From here on, {own?.label} is</Menu.Label>
      <Receivers isLasting others={others} onChoose={(to) => give(segment, to, { andLater: true })} />
      <Menu.Divider />
      <Menu.Item leftSection={<IconAbc size={18} aria-hidden />} onClick={() => onRename(segment.speaker)}>
        Rename {own?.label}
      </Menu.Item>
    </>
  );
}

function Receivers(props: {
  others: readonly EditedSpeaker[];
  isLasting?: boolean;
  onChoose: (to: Receiver) => void;
}) {
  const { others, isLasting = false, onChoose } = props;
  const choice = (to: Receiver, label: string, icon: ReactNode) => (
    <Menu.Item key={to} leftSection={icon} onClick={() => onChoose(to)}>
      {isLasting && <VisuallyHidden>From here on: </VisuallyHidden>}
      {label}
    </Menu.Item>
  );
  return [
    ...others.map(({ speaker, label }) => choice(speaker, label, <SpeakerBadge speaker={speaker} />)),
    choice('new', 'A new speaker', <IconUserPlus size={18} aria-hidden />),
  ];
}
