import { Anchor, Button, Center, Container, Group, Loader, Stack, Text, Title } from '@mantine/core';
import { Link, useRouter, type ErrorComponentProps } from '@tanstack/react-router';

import { messageOf } from '../lib/api.ts';

/** While the code or the data of a page is on its way. */
export function PendingPage() {
  return (
    <Center h="50vh" role="status" aria-label="Loading">
      <Loader />
    </Center>
  );
}

/** Instead of a page whose code or data did not come. */
export function BrokenPage({ error, reset }: ErrorComponentProps) {
  const router = useRouter();
  const again = () => {
    reset();
    void router.invalidate();
  };
  return (
    <Container size="xs" py={80}>
      <Stack align="flex-start" role="alert">
        <Title order={1}>This page could not be shown</Title>
        <Text>{messageOf(error)}</Text>
        <Group>
          <Button onClick={again}>Try again</Button>
          <Anchor component={Link} to="/">
            To your recordings
          </Anchor>
        </Group>
      </Stack>
    </Container>
  );
}

export function MissingPage() {
  return (
    <Container size="xs" py={80}>
      <Stack align="flex-start">
        <Title order={1}>There is no such page</Title>
        <Text>The address may be mistyped, or what was here has been deleted.</Text>
        <Anchor component={Link} to="/">
          To your recordings
        </Anchor>
      </Stack>
    </Container>
  );
}
