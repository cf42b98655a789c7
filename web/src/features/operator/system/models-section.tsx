import type { Model, Models } from '@icana/contract/app';
import { Badge, Text } from '@mantine/core';
import { useSuspenseQuery } from '@tanstack/react-query';

import { formatBytes } from '../../../lib/format.ts';
import { RowsTable, type Column } from '../../../ui/rows-table.tsx';
import { Section } from '../../../ui/section.tsx';
import { isUnderWay, modelsQuery } from '../operator-queries.ts';
import { FetchButton } from './fetch-button.tsx';
import { FetchNotice } from './fetch-notice.tsx';
import { languageWords } from './language-words.ts';
import { RemoveButton } from './remove-button.tsx';

const columnsOf = (isBusy: boolean): readonly Column<Model>[] => [
  {
    heading: 'Model',
    cell: (model) => (
      <>
        <strong>{model.id}</strong>
        <Text fz="xs" c="dimmed">
          {languageWords(model)}
        </Text>
      </>
    ),
  },
  {
    heading: 'Licence',
    cell: ({ licence, terms }) => (terms ? `${licence}, to be accepted` : licence),
  },
  { heading: 'Size', kind: 'number', cell: ({ bytes }) => formatBytes(bytes) },
  { heading: 'State', cell: (model) => <State model={model} /> },
  {
    heading: 'Do',
    kind: 'actions',
    cell: (model) => {
      if (!model.isInstalled) return <FetchButton model={model} isDisabled={isBusy} />;
      return model.neededFor === null && <RemoveButton model={model} />;
    },
  },
];

function State({ model: { isInstalled, neededFor } }: { model: Model }) {
  if (!isInstalled) return 'Not installed';
  return (
    <>
      <Badge color="brand" variant="light" tt="none">
        Installed
      </Badge>
      {neededFor !== null && (
        <Text fz="xs" c="dimmed">
          {neededFor}
        </Text>
      )}
    </>
  );
}

/** The models that can be had, how to get them, and how to be rid of them. */
export function ModelsSection() {
  const { data } = useSuspenseQuery(modelsQuery);
  return (
    <Section title="Models">
      {data.fetches.map((fetch) => (
        <FetchNotice key={`${fetch.hostName} ${fetch.model}`} fetch={fetch} />
      ))}
      <RowsTable label="Models" columns={columnsOf(isBusy(data))} rows={data.models} keyOf={({ id }) => id} />
      <Text fz="xs" c="dimmed">
        On the machine {data.hostName}, in {data.folder}, better ones first: of those that know a language,
        the first is used. What is fetched can be used at once, without a restart. Other machines fetch and
        remove their own: icana models install, icana models remove.
      </Text>
    </Section>
  );
}

const isBusy = ({ fetches, hostName }: Models): boolean =>
  fetches.some((fetch) => fetch.hostName === hostName && isUnderWay(fetch));
