import { Drawer } from '@mantine/core';
import type { ReactNode } from 'react';

import { ConflictDialog } from './editing/conflict-dialog.tsx';
import { LeaveGuard } from './editing/leave-guard.tsx';
import type { Editing } from './editing/use-editing.ts';
import { KeysDialog } from './player/keys-dialog.tsx';
import { RecountDialog } from './speakers/recount-dialog.tsx';
import { RenameDialog } from './speakers/rename-dialog.tsx';

/** What is open over the page. */
export type OpenDialog =
  | { readonly is: 'keys' | 'recount' | 'conflict' | 'panels' }
  | { readonly is: 'rename'; readonly speaker: number };

interface Props {
  readonly jobId: string;
  readonly canRecount: boolean;
  readonly editing: Editing;
  readonly dialog: OpenDialog | null;
  /** What is beside the text where there is room for it, and in a drawer where there is not. */
  readonly panels: ReactNode;
  readonly onClose: () => void;
}

export function PageDialogs({ jobId, canRecount, editing, dialog, panels, onClose }: Props) {
  const renamed = dialog?.is === 'rename' ? dialog.speaker : null;
  return (
    <>
      <Drawer
        opened={dialog?.is === 'panels'}
        onClose={onClose}
        position="right"
        title="Speakers, and what was left out"
      >
        {panels}
      </Drawer>
      <RenameDialog
        speaker={editing.speakers.find(({ speaker }) => speaker === renamed) ?? null}
        onRename={editing.actions.rename}
        onClose={onClose}
      />
      <RecountDialog
        jobId={jobId}
        opened={dialog?.is === 'recount'}
        editing={editing}
        canRecount={canRecount}
        onClose={onClose}
      />
      <ConflictDialog jobId={jobId} opened={dialog?.is === 'conflict'} editing={editing} onClose={onClose} />
      <KeysDialog opened={dialog?.is === 'keys'} onClose={onClose} />
      <LeaveGuard editing={editing} />
    </>
  );
}
