import { AppShell, Burger, Group } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { Link, Outlet, useLocation } from '@tanstack/react-router';
import { useEffect } from 'react';

import { ColorSchemeSwitch } from './color-scheme-switch.tsx';
import { Logo } from './logo.tsx';
import { Navigation } from './navigation.tsx';
import { PersonMenu } from './person-menu.tsx';
import { SuspendedPage, UnverifiedBanner } from '../features/account/standing.tsx';
import { UploadsProvider } from '../features/jobs/uploads/uploads-provider.tsx';
import { useSession } from '../session.ts';
import classes from './shell.module.css';

/** The frame of every page behind the session: where one is, where one can go, what is left. */
export function Shell() {
  const [isOpen, { toggle, close }] = useDisclosure();
  const { pathname } = useLocation();
  const { accountStatus } = useSession();
  useEffect(close, [pathname, close]);
  return (
    <AppShell
      header={{ height: 60 }}
      navbar={{ width: 230, breakpoint: 'sm', collapsed: { mobile: !isOpen } }}
      padding={{ base: 'md', sm: 'xl' }}
    >
      <AppShell.Header px="md">
        <a href="#main" className={classes['skip']}>
          Skip to the page
        </a>
        <Group h="100%" justify="space-between" wrap="nowrap">
          <Group wrap="nowrap">
            <Burger
              opened={isOpen}
              onClick={toggle}
              hiddenFrom="sm"
              size="sm"
              aria-label="Menu"
              aria-expanded={isOpen}
            />
            <Link to="/" className={classes['logo'] ?? ''} aria-label="Icana, to the first page">
              <Logo />
            </Link>
          </Group>
          <Group gap="xs" wrap="nowrap">
            <ColorSchemeSwitch />
            <PersonMenu />
          </Group>
        </Group>
      </AppShell.Header>
      <AppShell.Navbar p="md">
        <Navigation />
      </AppShell.Navbar>
      <AppShell.Main id="main" className={classes['main']}>
        <UnverifiedBanner />
        <UploadsProvider>{accountStatus === 'suspended' ? <SuspendedPage /> : <Outlet />}</UploadsProvider>
      </AppShell.Main>
    </AppShell>
  );
}
