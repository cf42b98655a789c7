import { Link, Outlet } from '@tanstack/react-router';

import { useSession } from '../../session.ts';
import { MissingPage } from '../../ui/page-states.tsx';
import classes from './operator-frame.module.css';

const PLACES = [
  { to: '/admin', label: 'Overview' },
  { to: '/admin/accounts', label: 'Accounts' },
  { to: '/admin/jobs', label: 'Jobs' },
  { to: '/admin/system', label: 'System' },
  { to: '/admin/log', label: 'Log' },
] as const;

/** The pages of the operator, which nobody else has. */
export function OperatorFrame() {
  const { isOperator } = useSession();
  if (!isOperator) return <MissingPage />;
  return (
    <>
      <nav aria-label="Operator" className={classes['places']}>
        {PLACES.map(({ to, label }) => (
          <Link key={to} to={to} className={classes['place']} activeOptions={{ exact: to === '/admin' }}>
            {label}
          </Link>
        ))}
      </nav>
      <Outlet />
    </>
  );
}
