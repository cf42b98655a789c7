import { useQueryClient } from '@tanstack/react-query';
import { createContext, useContext, useEffect, useState, useSyncExternalStore, type ReactNode } from 'react';

import { sessionQuery } from '../../../session.ts';
import { createUploadQueue, type UploadQueue } from './upload-queue.ts';
import type { UploadItem } from './upload-item.ts';

const Uploads = createContext<UploadQueue | null>(null);

/** Keeps uploads going from page to page, for as long as somebody is signed in. */
export function UploadsProvider({ children }: { children: ReactNode }) {
  const queries = useQueryClient();
  const [queue] = useState(() => {
    const askWho = () => void queries.invalidateQueries({ queryKey: sessionQuery.queryKey });
    return createUploadQueue({
      job() {
        void queries.invalidateQueries({ queryKey: ['jobs'] });
        askWho();
      },
      sessionLost: askWho,
    });
  });
  useEffect(() => {
    const leaving = (event: BeforeUnloadEvent) => {
      if (queue.isBusy()) event.preventDefault();
    };
    window.addEventListener('beforeunload', leaving);
    window.addEventListener('online', queue.resumeBroken);
    return () => {
      window.removeEventListener('beforeunload', leaving);
      window.removeEventListener('online', queue.resumeBroken);
      queue.close();
    };
  }, [queue]);
  return <Uploads value={queue}>{children}</Uploads>;
}

export function useUploads(): { queue: UploadQueue; items: readonly UploadItem[] } {
  const queue = useContext(Uploads);
  if (!queue) throw new Error('Uploads are asked for outside of their provider.');
  return { queue, items: useSyncExternalStore(queue.hear, queue.items) };
}
