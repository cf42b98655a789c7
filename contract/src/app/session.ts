import { z } from 'zod';

import { ACCOUNT_STATUSES } from '../statuses.ts';

/** `GET /app/session`: who has signed in, and what every page shows of it. */
export const sessionSchema = z.object({
  email: z.string(),
  accountStatus: z.enum(ACCOUNT_STATUSES),
  isOperator: z.boolean(),
  availableMicroAud: z.int(),
  heldMicroAud: z.int(),
  timeZone: z.string().describe('The zone whose midnights divide the days of the account.'),
  hasPassword: z.boolean().describe('Who comes from an identity provider may have none.'),
});
export type Session = z.infer<typeof sessionSchema>;
