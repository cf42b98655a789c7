import { Group, Text, Title } from '@mantine/core';
import { useEffect, type ReactNode } from 'react';

/** The heading of a page, and its name in the browser's tab. */
export function PageTitle(props: { title: string; children?: ReactNode; note?: ReactNode }) {
  const { title, note, children } = props;
  useEffect(() => {
    document.title = `${title} · Icana`;
  }, [title]);
  return (
    <Group component="header" justify="space-between" align="flex-end" mb="lg" gap="sm">
      <div>
        <Title order={1} size="h2" style={{ overflowWrap: 'anywhere' }}>
          {title}
        </Title>
        {note && (
          <Text c="dimmed" mt={4}>
            {note}
          </Text>
        )}
      </div>
      {children}
    </Group>
  );
}
