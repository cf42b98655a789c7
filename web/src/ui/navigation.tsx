import { NavLink, Stack } from '@mantine/core';
import { IconChartBar, IconCoin, IconFileText, IconKey, IconShieldCog, type Icon } from '@tabler/icons-react';
import { Link, useLocation, type LinkProps } from '@tanstack/react-router';

import { formatRoughMoney } from '../lib/format.ts';
import { useSession } from '../session.ts';
import { PageLink } from './page-link.tsx';

interface Place {
  readonly to: NonNullable<LinkProps['to']>;
  readonly label: string;
  readonly icon: Icon;
}

const PLACES: readonly Place[] = [
  { to: '/', label: 'Recordings', icon: IconFileText },
  { to: '/usage', label: 'Usage', icon: IconChartBar },
  { to: '/billing', label: 'Billing', icon: IconCoin },
  { to: '/settings/keys', label: 'API keys', icon: IconKey },
];
const FOR_OPERATORS: readonly Place[] = [{ to: '/admin', label: 'Operator', icon: IconShieldCog }];

/** Where one can go, and what is left to spend. */
export function Navigation() {
  const { isOperator, availableMicroAud } = useSession();
  const { pathname } = useLocation();
  return (
    <Stack component="nav" aria-label="Pages" gap={4} h="100%">
      {[...PLACES, ...(isOperator ? FOR_OPERATORS : [])].map(({ to, label, icon: Icon }) => (
        <NavLink
          key={to}
          component={Link}
          to={to}
          label={label}
          leftSection={<Icon size={20} aria-hidden />}
          activeOptions={{ exact: to === '/' }}
          // A recording is at an address of its own.
          active={to === '/' && pathname.startsWith('/jobs/')}
        />
      ))}
      <PageLink to="/billing" mt="auto" c="dimmed" fz="sm" px="sm">
        Credit left: {formatRoughMoney(availableMicroAud)}
      </PageLink>
    </Stack>
  );
}
