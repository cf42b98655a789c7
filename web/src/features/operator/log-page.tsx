import { Text } from '@mantine/core';
import { useInfiniteQuery } from '@tanstack/react-query';

import { PageTitle } from '../../ui/page-title.tsx';
import { PagedList } from '../../ui/paged-list.tsx';
import { Section } from '../../ui/section.tsx';
import { ActionsTable } from './actions-table.tsx';
import { actionsQuery } from './operator-queries.ts';

/** Everything that operators did. */
export function LogPage() {
  const list = useInfiniteQuery(actionsQuery());
  const actions = list.data?.pages.flatMap((page) => page.actions);
  return (
    <>
      <PageTitle
        title="Log"
        note="What operators did, from these pages and from the command line. Nobody can change it."
      />
      <Section title="Newest first">
        <PagedList
          query={list}
          count={actions?.length}
          empty={<Text c="dimmed">No operator has done anything yet.</Text>}
          more="Show more"
        >
          <ActionsTable actions={actions ?? []} />
        </PagedList>
      </Section>
    </>
  );
}
