/** An amount as payment services count it, in a currency by its three letters. */
export interface ChargedAmount {
  readonly cents: number;
  readonly currency: string;
}

/** What a customer is asked to pay. */
interface PaymentRequest {
  /** Our own name for the payment, which comes back in every report of it. */
  readonly paymentId: string;
  readonly amountCents: number;
  readonly email: string;
  /** Where the customer goes from the page of the payment service, having paid or not. */
  readonly returnTo: { readonly paid: string; readonly cancelled: string };
}

/** What became of a page where a payment was to be made. */
export interface CheckoutReport {
  readonly about: 'checkout';
  readonly outcome: 'paid' | 'processing' | 'failed' | 'expired';
  readonly paymentId: string;
  readonly sessionId: string;
  readonly paymentIntentId: string | null;
  readonly amount: ChargedAmount;
}

/** What of a payment is with the payer again: of a charge all its refunds together, of a dispute what is withdrawn. */
export interface ReversalReport {
  readonly about: 'refund' | 'dispute' | 'dispute-won';
  /** The charge that was refunded, or the dispute. */
  readonly reference: string;
  readonly paymentIntentId: string;
  readonly amount: ChargedAmount;
}

export type PaymentReport = CheckoutReport | ReversalReport;

/** Thrown for a report that is not from the payment service, or too old to be believed. */
export class ReportRefused extends Error {
  override readonly name = 'ReportRefused';
}

/** Who takes the money. */
export interface PaymentService {
  /** Makes a page where a payment can be made. To ask again for the same payment gives the same page. */
  openCheckout(request: PaymentRequest): Promise<{ sessionId: string; url: string }>;
  /**
   * Reads a report that somebody sent.
   * @returns null for one that says nothing of payments of ours
   * @throws ReportRefused when its signature is not right, or was made too long ago
   */
  readReport(body: Buffer, signature: string | undefined): PaymentReport | null;
}
