import type { CreatedApiKey } from '@icana/contract/app';
import { Stack } from '@mantine/core';
import { useSuspenseQuery } from '@tanstack/react-query';
import { useState } from 'react';

import { PageTitle } from '../../ui/page-title.tsx';
import { Section } from '../../ui/section.tsx';
import { KeyList } from './key-list.tsx';
import { keysQuery } from './keys-query.ts';
import { MadeKey, NewKeyForm } from './new-key.tsx';
import { SnippetPanel } from './snippet-panel.tsx';

/** Settings → API Keys. */
export function KeysPage() {
  const { data } = useSuspenseQuery(keysQuery);
  // Kept nowhere else: gone with the page.
  const [made, setMade] = useState<CreatedApiKey | null>(null);
  return (
    <>
      <PageTitle title="API keys" note="For programs that send recordings by themselves." />
      <Stack gap="lg">
        {made && <MadeKey made={made} onDone={() => setMade(null)} />}
        <Section title="Your keys">
          <KeyList
            keys={data.keys}
            onRevoked={(id) => setMade((shown) => (shown?.apiKey.id === id ? null : shown))}
          />
          <NewKeyForm used={data.keys.length} most={data.most} onMade={setMade} />
        </Section>
        <SnippetPanel newKey={made?.key ?? null} />
      </Stack>
    </>
  );
}
