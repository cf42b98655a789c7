import { setTimeout as delay } from 'node:timers/promises';
import { expect, test } from 'vitest';

import { createApiClient } from '../../../../test/support/api-client.ts';
import { startTestService } from '../../../../test/support/test-service.ts';

test('a sender is answered however long his recording is looked at', async () => {
  const silenceMs = 300;
  const service = await startTestService({
    working: false,
    timeouts: { headersMs: 300, silenceMs, bodyMs: 5000, requestMs: 5000, checkEveryMs: 100 },
    engine: {
      async probe() {
        await delay(3 * silenceMs);
        return {};
      },
    },
  });
  try {
    const { key } = await service.newCustomer();
    expect((await createApiClient(service.url, key).submit()).status).toBe(200);
  } finally {
    await service.close();
  }
});
