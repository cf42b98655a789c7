import type { Settings } from '../config/load-settings.ts';
import { sellerIn, topUpModeIn } from '../features/billing/billing-settings.ts';
import { createLowBalanceNotices } from '../features/billing/low-balance.ts';
import { createPaymentReports } from '../features/billing/payment-reports.ts';
import { createPayments } from '../features/billing/payments.service.ts';
import { createStatements } from '../features/billing/statements.ts';
import type { Credits } from '../features/credits/credits.service.ts';
import { createRateLimits } from '../features/rate-limits/rate-limits.service.ts';
import type { PublicUrl } from '../infra/http/public-url.ts';
import type { Mails } from '../infra/mail/mails.ts';
import { systemClock } from '../lib/clock.ts';
import type { Foundations } from './foundations.ts';

const HOUR_MS = 60 * 60_000;
const TOP_UPS_AN_HOUR = 20;

/** What takes payments, and accounts for every movement of credit. */
export function composeBilling(
  { database: { db: database }, log }: Foundations,
  parts: { settings: Settings; credits: Credits; mails: Mails; publicUrl: PublicUrl },
) {
  const { settings, credits, mails, publicUrl } = parts;
  const clock = systemClock;
  const mode = topUpModeIn(settings);
  const limits = createRateLimits({
    database,
    limits: { 'top-up': TOP_UPS_AN_HOUR },
    windowMs: HOUR_MS,
  });
  return {
    paymentService: mode.name === 'stripe' ? mode.service : null,
    payments: createPayments({ database, clock, credits, mode, publicUrl, limits, log }),
    paymentReports: createPaymentReports({ database, clock, credits, log }),
    statements: createStatements({ database, credits, seller: sellerIn(settings) }),
    lowBalance: createLowBalanceNotices({ database, mails, publicUrl }),
  };
}
