import { Button, Text } from '@mantine/core';
import { Link } from '@tanstack/react-router';

import { Outside } from '../../ui/outside.tsx';

/** The last page of somebody's account. */
export const ClosedPage = () => (
  <Outside title="Your account is closed">
    <Text role="status">
      Your recordings and transcripts are deleted, and your keys have stopped working.
    </Text>
    <Button component={Link} to="/register" variant="default">
      Register again
    </Button>
  </Outside>
);
