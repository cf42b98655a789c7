import { createStripePayments } from '../../infra/payments/stripe.ts';
import { OperatorError } from '../../lib/operator-error.ts';
import type { TopUpMode } from './payments.service.ts';
import type { Seller } from './statements.ts';

/**
 * How customers add credit, by what is set. Credit without money is given where somebody tries the service out on a
 * built-in database; with a database of its own or a public address it takes the operator's word.
 * @throws OperatorError when only one of Stripe's two secrets is set
 */
export function topUpModeIn(settings: {
  stripeSecretKey: string | undefined;
  stripeWebhookSecret: string | undefined;
  stripeApiUrl: string;
  testTopUps: boolean | undefined;
  databaseUrl: string | undefined;
  publicUrl: string | undefined;
}): TopUpMode {
  const { stripeSecretKey: secretKey, stripeWebhookSecret: webhookSecret, stripeApiUrl: apiUrl } = settings;
  if (secretKey !== undefined && webhookSecret !== undefined) {
    return { name: 'stripe', service: createStripePayments({ secretKey, webhookSecret, apiUrl }) };
  }
  if (secretKey !== undefined || webhookSecret !== undefined) {
    const missing = secretKey === undefined ? 'STRIPE_SECRET_KEY' : 'STRIPE_WEBHOOK_SECRET';
    throw new OperatorError(
      `Payments need both of Stripe's secrets: set ${missing}, or unset the other one.`,
    );
  }
  const isTriedOut = settings.databaseUrl === undefined && settings.publicUrl === undefined;
  return { name: (settings.testTopUps ?? isTriedOut) ? 'test' : 'none' };
}

/** Who receipts say has sold; null when nobody is named. */
export function sellerIn(settings: {
  sellerName: string | undefined;
  sellerAddress: string | undefined;
  sellerTaxId: string | undefined;
}): Seller | null {
  const { sellerName, sellerAddress, sellerTaxId } = settings;
  if (sellerName === undefined) return null;
  const address = sellerAddress?.split(';').map((line) => line.trim()) ?? [];
  return { name: sellerName, address: address.filter(Boolean), taxId: sellerTaxId ?? null };
}
