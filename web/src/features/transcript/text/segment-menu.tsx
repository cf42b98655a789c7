import { textOf, type EditedSegment, type EditedSpeaker, type EditedWord } from '@icana/contract/edits';
import { Menu, VisuallyHidden } from '@mantine/core';
import { IconAbc, IconPencil, IconUserPlus } from '@tabler/icons-react';
import type { ReactNode } from 'react';

import type { EditActions, Receiver } from '../editing/edit-actions.ts';
import { SpeakerBadge } from '../speakers/speaker-badge.tsx';

/** A segment whose menu is open, and where, within the list. */
export interface OpenMenu {
  readonly segment: EditedSegment;
  readonly index: number;
  /** Those of its words that the person has selected. */
  readonly selected: readonly EditedWord[];
  readonly top: number;
  readonly left: number;
}

interface Props {
  readonly open: OpenMenu | null;
  readonly speakers: readonly EditedSpeaker[];
  readonly actions: EditActions;
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
        {open && <Choices {...rest} {...open} />}
      </Menu.Dropdown>
    </Menu>
  );
}

function Choices(props: Omit<Props, 'open' | 'onClose'> & OpenMenu) {
  const { segment, selected, speakers, actions, onEdit, onRename } = props;
  const own = speakers.find(({ speaker }) => speaker === segment.speaker);
  const others = speakers.filter((each) => each !== own);
  const isPart = selected.length > 0 && selected.length < segment.words.length;
  return (
    <>
      <Menu.Item leftSection={<IconPencil size={18} aria-hidden />} onClick={() => onEdit(segment)}>
        Edit the text
      </Menu.Item>
      <Menu.Divider />
      {isPart ? (
        <>
          <Menu.Label>“{excerptOf(selected)}” was said by</Menu.Label>
          <Receivers others={others} onChoose={(to) => actions.giveWords(selected, to)} />
        </>
      ) : (
        <>
          <Menu.Label>This passage was said by</Menu.Label>
          <Receivers others={others} onChoose={(to) => actions.give(segment, to)} />
          <Menu.Label fw={400}>Only a part of it? Select those words first.</Menu.Label>
          <Menu.Divider />
          <Menu.Label>From here on, {own?.label} is</Menu.Label>
          <Receivers
            isLasting
            others={others}
            onChoose={(to) => actions.give(segment, to, { andLater: true })}
          />
        </>
      )}
      <Menu.Divider />
      <Menu.Item leftSection={<IconAbc size={18} aria-hidden />} onClick={() => onRename(segment.speaker)}>
        Rename {own?.label}
      </Menu.Item>
    </>
  );
}

const LONGEST_EXCERPT = 24;

function excerptOf(words: readonly EditedWord[]): string {
  const text = textOf(words.map((word) => word.text));
  return text.length > LONGEST_EXCERPT ? `${text.slice(0, LONGEST_EXCERPT)}…` : text;
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
