import type { SettingsView } from '@icana/contract/app';
import { Code, Text } from '@mantine/core';
import { useSuspenseQuery } from '@tanstack/react-query';

import { RowsTable, type Column } from '../../../ui/rows-table.tsx';
import { Section } from '../../../ui/section.tsx';
import { settingsQuery } from '../operator-queries.ts';

type Setting = SettingsView['settings'][number];

const COLUMNS: readonly Column<Setting>[] = [
  {
    heading: 'Setting',
    cell: ({ env, doc }) => (
      <>
        <Code>{env}</Code>
        <Text fz="xs" c="dimmed" mt={4}>
          {doc.replaceAll('`', '')}
        </Text>
      </>
    ),
  },
  { heading: 'Value', cell: (setting) => <Value setting={setting} /> },
];

/** What the process was started with: read here, and set in its environment. */
export function SettingsSection() {
  const { data } = useSuspenseQuery(settingsQuery);
  return (
    <Section title="Settings">
      <Text fz="sm" c="dimmed">
        Of the process that answers. They are set in its environment, and hold from its next start on.
      </Text>
      <RowsTable label="Settings" columns={COLUMNS} rows={data.settings} keyOf={({ env }) => env} />
    </Section>
  );
}

function Value({ setting: { value, isSecret, isSet } }: { setting: Setting }) {
  if (isSecret) return isSet ? 'set' : 'not set';
  return (
    <>
      {value || 'none'}
      {!isSet && (
        <Text component="span" fz="xs" c="dimmed">
          {' '}
          (default)
        </Text>
      )}
    </>
  );
}
