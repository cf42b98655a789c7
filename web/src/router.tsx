import type { QueryClient } from '@tanstack/react-query';
import {
  createRootRouteWithContext,
  createRoute,
  createRouter,
  lazyRouteComponent,
  Outlet,
  redirect,
} from '@tanstack/react-router';

import { accountFilterIn, jobFilterIn } from './features/operator/filters.ts';
import { PERIODS, type Period } from './features/usage/periods.ts';
import { ApiError } from './lib/api.ts';
import { part } from './lib/page-parts.ts';
import { sessionQuery } from './session.ts';
import { BrokenPage, MissingAddress, MissingPage, PendingPage } from './ui/page-states.tsx';
import { Shell } from './ui/shell.tsx';

/** Every page there is, and where. The code of a page comes with its first visit. */
const root = createRootRouteWithContext<{ queries: QueryClient }>()({
  component: Outlet,
  notFoundComponent: MissingAddress,
});

interface LogInSearch {
  readonly next?: string | undefined;
  readonly error?: string | undefined;
}

const logIn = createRoute({
  getParentRoute: () => root,
  path: '/login',
  validateSearch: ({ next, error }: Record<string, unknown>): LogInSearch => ({
    // Only a path of our own: a link must not lead to somewhere else after the log-in. Said also when there is none, or
    // what the address has would stand.
    next: typeof next === 'string' && /^\/(?![/\\])/.test(next) ? next : undefined,
    error: typeof error === 'string' ? error : undefined,
  }),
  component: lazyRouteComponent(
    part(() => import('./features/account/log-in-page.tsx')),
    'LogInPage',
  ),
});

const register = createRoute({
  getParentRoute: () => root,
  path: '/register',
  component: lazyRouteComponent(
    part(() => import('./features/account/register-page.tsx')),
    'RegisterPage',
  ),
});

/** What the link of a mail carries. */
const tokenIn = ({ token }: Record<string, unknown>): { token: string } => ({
  token: typeof token === 'string' ? token : '',
});

const verify = createRoute({
  getParentRoute: () => root,
  path: '/verify',
  validateSearch: tokenIn,
  component: lazyRouteComponent(
    part(() => import('./features/account/verify-page.tsx')),
    'VerifyPage',
  ),
});

const forgot = createRoute({
  getParentRoute: () => root,
  path: '/forgot',
  component: lazyRouteComponent(
    part(() => import('./features/account/forgot-page.tsx')),
    'ForgotPage',
  ),
});

const reset = createRoute({
  getParentRoute: () => root,
  path: '/reset',
  validateSearch: tokenIn,
  component: lazyRouteComponent(
    part(() => import('./features/account/reset-page.tsx')),
    'ResetPage',
  ),
});

const closed = createRoute({
  getParentRoute: () => root,
  path: '/closed',
  component: lazyRouteComponent(
    part(() => import('./features/account/closed-page.tsx')),
    'ClosedPage',
  ),
});

/** What only people who have signed in see; everybody else comes back to it after logging in. */
const inside = createRoute({
  getParentRoute: () => root,
  id: 'inside',
  component: Shell,
  beforeLoad: async ({ context, location }) => {
    try {
      await context.queries.ensureQueryData(sessionQuery);
    } catch (error) {
      if (error instanceof ApiError && error.status === 401) {
        throw redirect({ to: '/login', search: { next: location.href } });
      }
      throw error;
    }
  },
});

const jobs = createRoute({
  getParentRoute: () => inside,
  path: '/',
  component: lazyRouteComponent(
    part(() => import('./features/jobs/jobs-page.tsx')),
    'JobsPage',
  ),
});

const account = createRoute({
  getParentRoute: () => inside,
  path: '/settings/account',
  component: lazyRouteComponent(
    part(() => import('./features/account/settings/account-page.tsx')),
    'AccountPage',
  ),
});

const transcript = createRoute({
  getParentRoute: () => inside,
  path: '/jobs/$id',
  /** `t` is a moment of the recording, in seconds. */
  validateSearch: ({ t }: Record<string, unknown>): { t?: number | undefined } => ({
    t: typeof t === 'number' && t > 0 ? t : undefined,
  }),
  component: lazyRouteComponent(
    part(() => import('./features/transcript/transcript-page.tsx')),
    'TranscriptPage',
  ),
});

const keys = createRoute({
  getParentRoute: () => inside,
  path: '/settings/keys',
  component: lazyRouteComponent(
    part(() => import('./features/keys/keys-page.tsx')),
    'KeysPage',
  ),
});

const billing = createRoute({
  getParentRoute: () => inside,
  path: '/billing',
  /** The payment that one has come back from: made, or not. */
  validateSearch: ({ paid, cancelled }: Record<string, unknown>): { paid?: string; cancelled?: string } => ({
    ...(typeof paid === 'string' && { paid }),
    ...(typeof cancelled === 'string' && { cancelled }),
  }),
  component: lazyRouteComponent(
    part(() => import('./features/billing/billing-page.tsx')),
    'BillingPage',
  ),
});

const receipt = createRoute({
  getParentRoute: () => inside,
  path: '/billing/receipts/$receiptId',
  component: lazyRouteComponent(
    part(() => import('./features/billing/receipt-page.tsx')),
    'ReceiptPage',
  ),
});

const usage = createRoute({
  getParentRoute: () => inside,
  path: '/usage',
  validateSearch: ({ days }: Record<string, unknown>): { days: Period } => ({
    days: PERIODS.find((period) => period === Number(days)) ?? PERIODS[0],
  }),
  component: lazyRouteComponent(
    part(() => import('./features/usage/usage-page.tsx')),
    'UsagePage',
  ),
});

/** The pages of the operator. */
const operator = createRoute({
  getParentRoute: () => inside,
  path: '/admin',
  component: lazyRouteComponent(
    part(() => import('./features/operator/operator-frame.tsx')),
    'OperatorFrame',
  ),
});

const overview = createRoute({
  getParentRoute: () => operator,
  path: '/',
  component: lazyRouteComponent(
    part(() => import('./features/operator/overview-page.tsx')),
    'OverviewPage',
  ),
});

const operatedAccounts = createRoute({
  getParentRoute: () => operator,
  path: '/accounts',
  validateSearch: accountFilterIn,
  component: lazyRouteComponent(
    part(() => import('./features/operator/accounts/accounts-page.tsx')),
    'AccountsPage',
  ),
});

const operatedAccount = createRoute({
  getParentRoute: () => operator,
  path: '/accounts/$id',
  component: lazyRouteComponent(
    part(() => import('./features/operator/accounts/account-page.tsx')),
    'AccountPage',
  ),
});

const operatedJobs = createRoute({
  getParentRoute: () => operator,
  path: '/jobs',
  validateSearch: jobFilterIn,
  component: lazyRouteComponent(
    part(() => import('./features/operator/jobs/operated-jobs-page.tsx')),
    'OperatedJobsPage',
  ),
});

const system = createRoute({
  getParentRoute: () => operator,
  path: '/system',
  component: lazyRouteComponent(
    part(() => import('./features/operator/system/system-page.tsx')),
    'SystemPage',
  ),
});

const operatorLog = createRoute({
  getParentRoute: () => operator,
  path: '/log',
  component: lazyRouteComponent(
    part(() => import('./features/operator/log-page.tsx')),
    'LogPage',
  ),
});

const tree = root.addChildren([
  logIn,
  register,
  verify,
  forgot,
  reset,
  closed,
  inside.addChildren([
    jobs,
    transcript,
    keys,
    billing,
    receipt,
    usage,
    account,
    operator.addChildren([overview, operatedAccounts, operatedAccount, operatedJobs, system, operatorLog]),
  ]),
]);

export const createPages = (queries: QueryClient) =>
  createRouter({
    routeTree: tree,
    context: { queries },
    defaultPreload: 'intent',
    defaultPendingComponent: PendingPage,
    defaultErrorComponent: BrokenPage,
    defaultNotFoundComponent: MissingPage,
    scrollRestoration: true,
  });

declare module '@tanstack/react-router' {
  interface Register {
    router: ReturnType<typeof createPages>;
  }
}
