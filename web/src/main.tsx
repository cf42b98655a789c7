import '@mantine/core/styles.css';
import '@mantine/dropzone/styles.css';
import '@mantine/notifications/styles.css';

import { MantineProvider } from '@mantine/core';
import { ModalsProvider } from '@mantine/modals';
import { Notifications } from '@mantine/notifications';
import { QueryClientProvider } from '@tanstack/react-query';
import { RouterProvider } from '@tanstack/react-router';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';

import { createQueries } from './lib/query.ts';
import { createPages } from './router.tsx';
import { sessionQuery } from './session.ts';
import { readableColors, theme } from './theme.ts';

const queries = createQueries({
  onSessionLost() {
    // Without a session from the start, the page is on its way to the log-in already.
    if (queries.getQueryData(sessionQuery.queryKey) === undefined) return;
    const { href, pathname } = router.state.location;
    // Told more than once: each question that was under way is refused.
    if (pathname === '/login') return;
    // Unless something unsaved holds the page: then the person decides.
    void router.navigate({ to: '/login', search: { next: href } });
  },
});
const router = createPages(queries);

const root = document.getElementById('root');
if (!root) throw new Error('The document has no place for the pages.');
createRoot(root).render(
  <StrictMode>
    <MantineProvider theme={theme} cssVariablesResolver={readableColors} defaultColorScheme="auto">
      <QueryClientProvider client={queries}>
        <ModalsProvider>
          <Notifications />
          <RouterProvider router={router} />
        </ModalsProvider>
      </QueryClientProvider>
    </MantineProvider>
  </StrictMode>,
);
