import type { ReactNode } from 'react';

import classes from './ruled-list.module.css';

/** Items below each other, with lines between them; how each is set it says itself. */
export const RuledList = ({ children }: { children: ReactNode }) => (
  <ul className={classes['list']}>{children}</ul>
);
