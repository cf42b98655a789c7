import type { Routes } from '../../infra/http/http-server.ts';
import { refusal } from '../../infra/http/api-error.ts';
import { endSlowBodies } from '../../infra/http/json-bodies.ts';
import {
  ReportRefused,
  type PaymentReport,
  type PaymentService,
} from '../../infra/payments/payment-service.ts';
import type { PaymentReports } from './payment-reports.ts';

/** Events carry one object; Stripe's own largest are far below. */
const BODY_LIMIT_BYTES = 1024 * 1024;

/**
 * Where the payment service reports to, outside of every session: what counts is the signature over the body as it came.
 * An answer of 200 says that the report is kept; any other has it sent again, for days.
 */
export async function addPaymentReportRoutes(
  routes: Routes,
  parts: { paymentService: Pick<PaymentService, 'readReport'>; paymentReports: PaymentReports },
): Promise<void> {
  const { paymentService, paymentReports } = parts;

  function read(body: Buffer, signature: string | undefined): PaymentReport | null {
    try {
      return paymentService.readReport(body, signature);
    } catch (error) {
      if (error instanceof ReportRefused) throw refusal('payments.report_refused');
      throw error;
    }
  }

  await routes.register(async (scope) => {
    scope.removeAllContentTypeParsers();
    endSlowBodies(scope);
    scope.addContentTypeParser(
      'application/json',
      { parseAs: 'buffer', bodyLimit: BODY_LIMIT_BYTES },
      (_request, body, done) => done(null, body),
    );
    scope.post('/webhooks/stripe', { schema: { hide: true } }, async (request) => {
      const { 'stripe-signature': signature } = request.headers;
      const body = Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0);
      const report = read(body, typeof signature === 'string' ? signature : undefined);
      if (report) await paymentReports.keep(report);
      return { received: true };
    });
  });
}
