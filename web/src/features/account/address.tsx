import { Text } from '@mantine/core';

/** An e-mail address within a sentence. However long it is, it stays on the screen. */
export const Address = ({ children }: { children: string }) => (
  <Text span inherit fw={700} style={{ overflowWrap: 'anywhere' }}>
    {children}
  </Text>
);
