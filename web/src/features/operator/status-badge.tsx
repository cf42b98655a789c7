import { Badge } from '@mantine/core';

const COLORS = {
  active: 'brand',
  unverified: 'yellow',
  suspended: 'red',
  closed: 'gray',
} as const;

/** What an account is. */
export function StatusBadge({ status }: { status: keyof typeof COLORS }) {
  return (
    <Badge component="span" color={COLORS[status]} variant="light" tt="capitalize">
      {status}
    </Badge>
  );
}
