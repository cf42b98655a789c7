import { Stack } from '@mantine/core';

import { PageTitle } from '../../../ui/page-title.tsx';
import { ClosingSection } from './closing-section.tsx';
import { EmailSection } from './email-section.tsx';
import { PasswordSection } from './password-section.tsx';
import { SessionsSection } from './sessions-section.tsx';
import { TimeZoneSection } from './time-zone-section.tsx';

/** Settings → Account. */
export function AccountPage() {
  return (
    <>
      <PageTitle title="Account" />
      <Stack gap="lg" maw={640}>
        <EmailSection />
        <PasswordSection />
        <TimeZoneSection />
        <SessionsSection />
        <ClosingSection />
      </Stack>
    </>
  );
}
