import { ActionIcon, Group, Text, TextInput } from '@mantine/core';
import { IconChevronDown, IconChevronUp, IconSearch } from '@tabler/icons-react';
import type { KeyboardEvent, Ref } from 'react';

import type { Search } from './use-search.ts';
import classes from './search-box.module.css';

/** Where a person looks for words, with how many there are and the way from one to the next. */
export function SearchBox({ search, ref }: { search: Search; ref: Ref<HTMLInputElement> }) {
  const { phrase, isSearched, count, result, look, step } = search;
  const onKeyDown = (event: KeyboardEvent<HTMLInputElement>) => {
    if (event.key === 'Enter') step(event.shiftKey ? -1 : 1);
    else if (event.key === 'Escape') {
      look('');
      event.currentTarget.blur();
    } else return;
    event.preventDefault();
  };
  return (
    <Group role="search" gap={4} wrap="nowrap" className={classes['box']}>
      <TextInput
        ref={ref}
        className={classes['field']}
        size="sm"
        aria-label="Search in the text"
        placeholder="Search"
        leftSection={<IconSearch size={16} aria-hidden />}
        value={phrase}
        onChange={({ currentTarget }) => look(currentTarget.value)}
        onKeyDown={onKeyDown}
        rightSectionWidth="auto"
        rightSection={
          <Text fz="xs" c="dimmed" pr={8} role="status" className={classes['count']}>
            {isSearched && (count === 0 ? 'Not found' : `${(result?.current ?? 0) + 1} of ${count}`)}
          </Text>
        }
      />
      {isSearched && (
        <>
          <Step label="Match before" icon={IconChevronUp} isOff={count < 2} onClick={() => step(-1)} />
          <Step label="Next match" icon={IconChevronDown} isOff={count < 2} onClick={() => step(1)} />
        </>
      )}
    </Group>
  );
}

function Step(props: { label: string; icon: typeof IconChevronUp; isOff: boolean; onClick: () => void }) {
  const { label, icon: Icon, isOff, onClick } = props;
  return (
    <ActionIcon variant="subtle" color="gray" aria-label={label} disabled={isOff} onClick={onClick}>
      <Icon size={18} aria-hidden />
    </ActionIcon>
  );
}
