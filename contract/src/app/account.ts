import { z } from 'zod';

import { emailSchema, newPasswordSchema, passwordSchema } from './sign-in.ts';
import { timeZoneSchema } from './time-zone.ts';

/** `POST /app/account/password` */
export const passwordChangeSchema = z.object({
  currentPassword: passwordSchema,
  newPassword: newPasswordSchema,
});
export type PasswordChange = z.infer<typeof passwordChangeSchema>;

/** `POST /app/account/email`: it changes once the link in the mail to the new address is opened. */
export const emailChangeSchema = z.object({ newEmail: emailSchema, password: passwordSchema });
export type EmailChange = z.infer<typeof emailChangeSchema>;

/** `PUT /app/account/time-zone` */
export const timeZoneChangeSchema = z.object({ timeZone: timeZoneSchema });
export type TimeZoneChange = z.infer<typeof timeZoneChangeSchema>;

/** `POST /app/account/close` */
export const closingSchema = z.object({ password: passwordSchema });
export type Closing = z.infer<typeof closingSchema>;

/** `GET /app/account/sessions`: where the person is signed in, the latest first. */
export const ownSessionsSchema = z.array(
  z.object({
    id: z.string().describe('To end it by; it is no secret.'),
    isThisOne: z.boolean(),
    address: z.string().nullable(),
    browser: z.string().nullable().describe('As it names itself.'),
    signedInAt: z.string(),
  }),
);
export type OwnSessions = z.infer<typeof ownSessionsSchema>;
