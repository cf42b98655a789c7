import { useEffect, useEffectEvent } from 'react';

import { commandOf, isTakenBy, type Command } from './keys.ts';

/** Does what keys ask for, wherever nothing else wants them. */
export function useKeys(act: (command: Command) => void): void {
  const onKeyDown = useEffectEvent((event: KeyboardEvent) => {
    const command = commandOf(event);
    if (command === undefined || event.defaultPrevented) return;
    if (event.target instanceof Element && isTakenBy(event.target, event)) return;
    // Over the page, though nothing in it has the focus: a button loses it while it waits for an answer.
    if (document.querySelector('[aria-modal=true]')) return;
    event.preventDefault();
    act(command);
  });
  useEffect(() => {
    const listener = (event: KeyboardEvent) => onKeyDown(event);
    window.addEventListener('keydown', listener);
    return () => window.removeEventListener('keydown', listener);
  }, []);
}
