import { Button, Center, Container, Group, Loader, Stack, Text, Title } from '@mantine/core';
import { useRouter, type ErrorComponentProps } from '@tanstack/react-router';

import { messageOf } from '../lib/api.ts';
import { MissingPart, reloadFromService } from '../lib/page-parts.ts';
import { Outside } from './outside.tsx';
import { PageLink } from './page-link.tsx';
import { PageTitle } from './page-title.tsx';

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
    if (error instanceof MissingPart) {
      void reloadFromService();
    } else {
      reset();
      void router.invalidate();
    }
  };
  return (
    <Container size="xs" py={80}>
      <Stack align="flex-start" role="alert">
        <Title order={1} size="h2">
          This page could not be shown
        </Title>
        <Text>{messageOf(error)}</Text>
        <Group>
          <Button onClick={again}>Try again</Button>
          <PageLink to="/">To your recordings</PageLink>
        </Group>
      </Stack>
    </Container>
  );
}

const MISSING = 'There is no such page';

const WayBack = () => (
  <Stack align="flex-start">
    <Text>The address may be mistyped, or what was here has been deleted.</Text>
    <PageLink to="/">To your recordings</PageLink>
  </Stack>
);

/** In the place of a page: of something that is not there, or not for this person. */
export const MissingPage = () => (
  <>
    <PageTitle title={MISSING} />
    <WayBack />
  </>
);

/** At an address that leads nowhere, where no frame is around it. */
export const MissingAddress = () => (
  <Outside title={MISSING}>
    <WayBack />
  </Outside>
);
