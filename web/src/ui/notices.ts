import { notifications } from '@mantine/notifications';

import { messageOf } from '../lib/api.ts';

/** Says in a corner that something was done. */
export const tell = (message: string): void => {
  notifications.show({ message, color: 'brand' });
};

/** Says in a corner that something was refused or went wrong, until it is closed. */
export const tellFailure = (error: unknown): void => {
  notifications.show({ message: messageOf(error), color: 'red', autoClose: false, role: 'alert' });
};
