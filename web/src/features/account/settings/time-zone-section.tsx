import type { TimeZoneChange } from '@icana/contract/app';
import { Button, Select, Text } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';

import { ask } from '../../../lib/api.ts';
import { sessionQuery, useSession } from '../../../session.ts';
import { tell } from '../../../ui/notices.ts';
import { Refusal } from '../../../ui/refusal.tsx';
import { Section } from '../../../ui/section.tsx';
import { browserTimeZone } from '../browser-time-zone.ts';

const zones = (): string[] => ['UTC', ...Intl.supportedValuesOf('timeZone').filter((zone) => zone !== 'UTC')];

export function TimeZoneSection() {
  const { timeZone } = useSession();
  const queries = useQueryClient();
  const here = browserTimeZone();
  const change = useMutation({
    mutationFn: (zone: string) =>
      ask('PUT', '/app/account/time-zone', { body: { timeZone: zone } satisfies TimeZoneChange }),
    onSuccess: async (_answer, zone) => {
      await queries.invalidateQueries(sessionQuery);
      tell(`Your days are those of ${zone} now.`);
    },
  });
  return (
    <Section title="Time zone">
      <Text c="dimmed" size="sm">
        Usage and billing are counted by days, which begin at midnight there.
      </Text>
      <Select
        label="Time zone"
        data={zones()}
        value={timeZone}
        onChange={(zone) => zone !== null && zone !== timeZone && change.mutate(zone)}
        disabled={change.isPending}
        allowDeselect={false}
        searchable
        limit={100}
        nothingFoundMessage="No such zone. Name a city, such as Sydney."
      />
      {here !== timeZone && (
        <Button
          variant="default"
          loading={change.isPending}
          onClick={() => change.mutate(here)}
          style={{ alignSelf: 'flex-start' }}
        >
          Use {here}, where you are
        </Button>
      )}
      <Refusal error={change.error} />
    </Section>
  );
}
