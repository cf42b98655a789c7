import { Group, Kbd, Modal, Table } from '@mantine/core';

import { KEYS } from './keys.ts';

/** Which key does what. */
export function KeysDialog({ opened, onClose }: { opened: boolean; onClose: () => void }) {
  return (
    <Modal opened={opened} onClose={onClose} title="Keyboard shortcuts">
      <Table aria-label="Keyboard shortcuts">
        <Table.Tbody>
          {KEYS.map(({ keys, does }) => (
            <Table.Tr key={does}>
              <Table.Td>
                <Group gap={6} wrap="nowrap">
                  {keys.map((key) => (
                    <Kbd key={key} style={{ whiteSpace: 'nowrap' }}>
                      {key}
                    </Kbd>
                  ))}
                </Group>
              </Table.Td>
              <Table.Td>{does}</Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </Modal>
  );
}
