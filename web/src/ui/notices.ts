import { notifications } from '@mantine/notifications';

import { messageOf } from '../lib/api.ts';

/** Says in a corner that something was done. */
export const tell = (message: string): void => {
  notifications.show({ message, color: 'brand' });
};

/** Says in a corner that something is wrong, until it is closed. */
export const tellTrouble = (message: string): void => {
  notifications.show({ message, color: 'red', autoClose: false, role: 'alert' });
};

/** Says in a corner that something was refused or went wrong, until it is closed. */
export const tellFailure = (error: unknown): void => tellTrouble(messageOf(error));
