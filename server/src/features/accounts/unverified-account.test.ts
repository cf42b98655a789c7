import { expect, test } from 'vitest';

import { createApiClient } from '../../../../test/support/api-client.ts';
import { startTestService } from '../../../../test/support/test-service.ts';

test('the key of an account that is not verified is answered 403', async () => {
  const service = await startTestService({ working: false });
  try {
    const { accountId, key } = await service.newCustomer();
    await service.db
      .updateTable('accounts')
      .set({ status: 'unverified' })
      .where('id', '=', accountId)
      .execute();
    const { status, headers, body } = await createApiClient(service.url, key).get('/api/v1/usage');
    expect({ status, code: headers.get('x-error-code') }).toEqual({
      status: 403,
      code: 'account.unverified',
    });
    expect(body['detail']).toMatch(/e-mail address has not been verified/);
  } finally {
    await service.close();
  }
});
