import { Button, Center, Loader } from '@mantine/core';
import type { UseInfiniteQueryResult } from '@tanstack/react-query';
import type { ReactNode } from 'react';

import { Refusal } from './refusal.tsx';

type Query = Pick<UseInfiniteQueryResult, 'error' | 'hasNextPage' | 'fetchNextPage' | 'isFetchingNextPage'>;

/** What a list of any number of pages needs around its rows. */
export function PagedList(props: {
  query: Query;
  /** Of the rows so far; undefined until the first page is there. */
  count: number | undefined;
  /** In place of rows where there are none. */
  empty: ReactNode;
  more: string;
  children: ReactNode;
}) {
  const { query, count, empty, more, children } = props;
  return (
    <>
      <Refusal error={query.error} />
      {count === undefined && !query.error && (
        <Center py="xl" role="status" aria-label="Loading">
          <Loader />
        </Center>
      )}
      {count === 0 && empty}
      {count !== undefined && count > 0 && children}
      {query.hasNextPage && (
        <Center>
          <Button
            variant="default"
            onClick={() => void query.fetchNextPage()}
            loading={query.isFetchingNextPage}
          >
            {more}
          </Button>
        </Center>
      )}
    </>
  );
}
