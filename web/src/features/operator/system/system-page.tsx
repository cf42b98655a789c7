import { Stack } from '@mantine/core';

import { PageTitle } from '../../../ui/page-title.tsx';
import { ModelsSection } from './models-section.tsx';
import { QueueSection } from './queue-section.tsx';
import { SettingsSection } from './settings-section.tsx';
import { WorkersSection } from './workers-section.tsx';

/** What the service is made of at the moment. */
export function SystemPage() {
  return (
    <>
      <PageTitle title="System" />
      <Stack gap="lg">
        <QueueSection />
        <WorkersSection />
        <ModelsSection />
        <SettingsSection />
      </Stack>
    </>
  );
}
