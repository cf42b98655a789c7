import { Button, Menu, Text } from '@mantine/core';
import { IconLogout, IconSettings, IconUser } from '@tabler/icons-react';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { Link, useRouter } from '@tanstack/react-router';

import { ask, isSessionMissing } from '../lib/api.ts';
import { forgetPerson } from '../lib/query.ts';
import { useSession } from '../session.ts';
import { tellFailure } from './notices.ts';
import classes from './person-menu.module.css';

/** Who has signed in, and the way out. */
export function PersonMenu() {
  const { email } = useSession();
  const queries = useQueryClient();
  const router = useRouter();
  const logOut = useMutation({
    async mutationFn() {
      // First, so that what is unsaved can still be saved, and who would rather stay does.
      await router.navigate({ to: '/login' });
      if (router.state.location.pathname !== '/login') return;
      await ask('POST', '/app/auth/log-out', { body: {} }).catch((error: unknown) => {
        // Who was logged out elsewhere is out, too.
        if (!isSessionMissing(error)) throw error;
      });
      forgetPerson(queries);
    },
    onError: tellFailure,
  });
  return (
    <Menu position="bottom-end" withinPortal>
      <Menu.Target>
        <Button
          variant="subtle"
          color="gray"
          leftSection={<IconUser size={18} aria-hidden />}
          maw={230}
          px={{ base: 'xs', sm: 'md' }}
          classNames={{ section: classes['icon'] ?? '', label: classes['address'] ?? '' }}
        >
          <Text span truncate fz="inherit" fw="inherit" lh={1.4}>
            {email}
          </Text>
        </Button>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Label hiddenFrom="xs" maw={260} style={{ overflowWrap: 'anywhere' }}>
          {email}
        </Menu.Label>
        <Menu.Item
          component={Link}
          to="/settings/account"
          leftSection={<IconSettings size={18} aria-hidden />}
        >
          Account
        </Menu.Item>
        <Menu.Item leftSection={<IconLogout size={18} aria-hidden />} onClick={() => logOut.mutate()}>
          Log out
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}
