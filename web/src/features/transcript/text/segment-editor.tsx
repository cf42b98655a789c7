import { EDIT_LIMITS, type EditedSegment } from '@icana/contract/edits';
import { Button, Group, Text, Textarea } from '@mantine/core';
import { useEffect, useRef, useState, type FocusEvent, type KeyboardEvent } from 'react';

import type { OpenText } from '../editing/use-editing.ts';

interface Props {
  readonly segment: EditedSegment;
  readonly label: string;
  readonly openText: OpenText;
  readonly write: (segment: EditedSegment, text: string) => void;
  readonly onClose: () => void;
}

/** The text of a segment, to be written anew. What is typed is taken whenever the focus leaves, and never lost. */
export function SegmentEditor({ segment, label, openText, write, onClose }: Props) {
  // Null until it differs: then the segment is shown as it is, whatever becomes of it elsewhere.
  const [typed, setTyped] = useState<string | null>(null);
  const take = useRef(() => {});
  useEffect(() => {
    openText.isChanged = typed !== null;
    // Again with every text: it is let go of where another version takes the place of all that is on the page.
    openText.take = () => take.current();
    take.current = () => {
      if (typed === null) return;
      if (typed.trim() !== segment.text) write(segment, typed);
      setTyped(null);
    };
  });
  useEffect(
    () => () => {
      openText.take = null;
      openText.isChanged = false;
    },
    [openText],
  );

  const discard = () => {
    // Whatever takes the focus away from here now takes no text with it.
    take.current = () => {};
    onClose();
  };
  const finish = () => {
    take.current();
    discard();
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.nativeEvent.isComposing || (event.key !== 'Enter' && event.key !== 'Escape')) return;
    event.preventDefault();
    event.stopPropagation();
    finish();
  };
  const onBlur = ({ currentTarget, relatedTarget }: FocusEvent) => {
    if (!currentTarget.contains(relatedTarget)) take.current();
  };
  return (
    <div onBlur={onBlur}>
      <Textarea
        aria-label={`Text of ${label}`}
        autosize
        autoFocus
        size="md"
        maxLength={segment.text.length + EDIT_LIMITS.addedLength}
        value={typed ?? segment.text}
        onChange={({ currentTarget: { value } }) => setTyped(value === segment.text ? null : value)}
        onKeyDown={onKeyDown}
      />
      <Group gap="xs" mt={6}>
        <Button size="compact-sm" onClick={finish}>
          Done
        </Button>
        <Button
          size="compact-sm"
          variant="subtle"
          color="gray"
          // A press of the mouse must not take the focus, and with it the text, before it is discarded.
          onMouseDown={(event) => event.preventDefault()}
          onClick={discard}
        >
          Discard
        </Button>
        <Text fz="xs" c="dimmed" visibleFrom="xs">
          Enter or Esc ends editing. Without text, the passage is left out.
        </Text>
      </Group>
    </div>
  );
}
