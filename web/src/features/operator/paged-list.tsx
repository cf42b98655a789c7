import { Button, Center, Loader, Text } from '@mantine/core';
import type { ReactNode } from 'react';

import { Refusal } from '../../ui/refusal.tsx';

/** What a list of any number of pages needs around its rows. */
export function PagedList(props: {
  /** Undefined until the first page is there. */
  count: number | undefined;
  empty: string;
  error: Error | null;
  more: { has: boolean; isComing: boolean; fetch: () => unknown };
  children: ReactNode;
}) {
  const { count, empty, error, more, children } = props;
  return (
    <>
      <Refusal error={error} />
      {count === undefined && !error && (
        <Center py="xl" role="status" aria-label="Loading">
          <Loader />
        </Center>
      )}
      {count === 0 && <Text c="dimmed">{empty}</Text>}
      {count !== undefined && count > 0 && children}
      {more.has && (
        <Center mt="md">
          <Button variant="default" onClick={() => void more.fetch()} loading={more.isComing}>
            Show more
          </Button>
        </Center>
      )}
    </>
  );
}
