import { ActionIcon, Button, Group, Menu, Tooltip } from '@mantine/core';
import { IconAdjustments, IconArrowBackUp, IconArrowForwardUp, IconUsers } from '@tabler/icons-react';
import type { Ref } from 'react';

import { SaveState } from './editing/save-state.tsx';
import type { Editing } from './editing/use-editing.ts';
import { SearchBox } from './search/search-box.tsx';
import type { Search } from './search/use-search.ts';
import classes from './toolbar.module.css';

export interface View {
  readonly showsOriginal: boolean;
  readonly showsUnsure: boolean;
}

interface Props {
  readonly search: Search;
  readonly searchField: Ref<HTMLInputElement>;
  readonly editing: Editing;
  readonly onUndo: () => void;
  readonly onRedo: () => void;
  readonly view: View;
  readonly onView: (view: View) => void;
  /** Opens what is beside the text, where there is no room for it; undefined where there is. */
  readonly onShowPanels: (() => void) | undefined;
}

/** What works on the text: search, undo, and how it is shown. */
export function Toolbar({ search, searchField, editing, onUndo, onRedo, view, onView, onShowPanels }: Props) {
  const { past, future } = editing.state;
  return (
    <Group gap="xs" wrap="nowrap" className={classes['toolbar']}>
      <SearchBox search={search} ref={searchField} />
      <Step label="Undo" what={past.at(-1)?.what} icon={IconArrowBackUp} onClick={onUndo} />
      <Step label="Redo" what={future.at(-1)?.what} icon={IconArrowForwardUp} onClick={onRedo} />
      <div className={classes['state']}>
        <SaveState state={editing.state} />
      </div>
      <ViewMenu view={view} onView={onView} />
      {onShowPanels && (
        <ActionIcon
          variant="default"
          size="lg"
          aria-label="Speakers, and what was left out"
          onClick={onShowPanels}
        >
          <IconUsers size={18} aria-hidden />
        </ActionIcon>
      )}
    </Group>
  );
}

interface StepProps {
  readonly label: string;
  readonly what: string | undefined;
  readonly icon: typeof IconArrowBackUp;
  readonly onClick: () => void;
}

function Step({ label, what, icon: Icon, onClick }: StepProps) {
  const full = what === undefined ? label : `${label}: ${what}`;
  return (
    <Tooltip label={full}>
      <ActionIcon
        variant="subtle"
        color="gray"
        size="lg"
        className={classes['step']}
        aria-label={full}
        disabled={what === undefined}
        onClick={onClick}
      >
        <Icon size={20} aria-hidden />
      </ActionIcon>
    </Tooltip>
  );
}

function ViewMenu({ view, onView }: Pick<Props, 'view' | 'onView'>) {
  return (
    <Menu position="bottom-end" width={290}>
      <Menu.Target>
        <Button
          variant="default"
          className={classes['view']}
          aria-label="View"
          leftSection={<IconAdjustments size={18} aria-hidden />}
        >
          <span className={classes['viewName']}>View</span>
        </Button>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.CheckboxItem
          checked={view.showsUnsure}
          onChange={(showsUnsure) => onView({ ...view, showsUnsure })}
        >
          Underline unsure words
        </Menu.CheckboxItem>
        <Menu.CheckboxItem
          checked={view.showsOriginal}
          onChange={(showsOriginal) => onView({ ...view, showsOriginal })}
        >
          Show the original, without edits
        </Menu.CheckboxItem>
      </Menu.Dropdown>
    </Menu>
  );
}
