import { Anchor, Center, Container, Paper, Stack, Title } from '@mantine/core';
import { useEffect, type ReactNode } from 'react';

import { ColorSchemeSwitch } from './color-scheme-switch.tsx';
import { Logo } from './logo.tsx';
import classes from './outside.module.css';

/** The frame of the pages before the session: one sheet in the middle. */
export function Outside({ title, children }: { title: string; children: ReactNode }) {
  useEffect(() => {
    document.title = `${title} · Icana`;
  }, [title]);
  return (
    <Container size={440} py={{ base: 24, xs: 64 }} component="main">
      <Center mb="lg">
        <Anchor href="/" underline="never" c="inherit" aria-label="Icana, to the first page">
          <Logo />
        </Anchor>
      </Center>
      <Paper withBorder p={{ base: 'md', xs: 'xl' }} radius="lg">
        <Stack>
          <Title order={1} size="h3">
            {title}
          </Title>
          {children}
        </Stack>
      </Paper>
      <div className={classes['corner']}>
        <ColorSchemeSwitch />
      </div>
    </Container>
  );
}
