import { Paper, Text } from '@mantine/core';
import type { ReactNode } from 'react';

/** A number that matters, what it is, and a word about it. */
export function FigureTile(props: { label: string; figure: string; note?: ReactNode }) {
  const { label, figure, note } = props;
  return (
    <Paper withBorder p="md">
      <Text c="dimmed" fz="sm">
        {label}
      </Text>
      <Text fz={26} fw={650} lh={1.3}>
        {figure}
      </Text>
      {note && (
        <Text c="dimmed" fz="sm">
          {note}
        </Text>
      )}
    </Paper>
  );
}
