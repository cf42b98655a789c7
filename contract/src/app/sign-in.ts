import { z } from 'zod';

import { timeZoneSchema } from './time-zone.ts';

/** Whoever asks for something by these gets the same answer whether there is an account for the address or not. */
export const emailSchema = z.email('The e-mail address is not one.').max(254).toLowerCase();
export const newPasswordSchema = z
  .string()
  .min(10, 'A password has at least 10 characters.')
  .max(128, 'A password has at most 128 characters.');
/** One that is there already: whether it is right is all that is asked of it. */
export const passwordSchema = z.string().min(1).max(128);
const tokenSchema = z.string().min(1).max(2000);

/** `POST /app/auth/register` */
export const registrationSchema = z.object({
  email: emailSchema,
  password: newPasswordSchema,
  timeZone: timeZoneSchema
    .optional()
    .describe('Where the browser is: the days of the new account begin at midnight there.'),
});
export type Registration = z.infer<typeof registrationSchema>;

/** `POST /app/auth/log-in` */
export const logInSchema = z.object({ email: emailSchema, password: passwordSchema });
export type LogIn = z.infer<typeof logInSchema>;

/** `POST /app/auth/verify`: the password is asked for where nobody is signed in. */
export const verificationSchema = z.object({
  token: tokenSchema,
  password: passwordSchema.optional(),
});
export type Verification = z.infer<typeof verificationSchema>;

/** `POST /app/auth/resend-verification`, `POST /app/auth/forgot` */
export const mailRequestSchema = z.object({ email: emailSchema });
export type MailRequest = z.infer<typeof mailRequestSchema>;

/** `POST /app/auth/reset` */
export const resetSchema = z.object({ token: tokenSchema, password: newPasswordSchema });
export type Reset = z.infer<typeof resetSchema>;

/** `GET /app/auth/options`: what the pages show to people who are not signed in. */
export const signInOptionsSchema = z.object({
  providerName: z.string().nullable().describe('What people call the identity provider, if there is one.'),
  welcomeMicroAud: z.int().describe('The credit that a new account starts with.'),
  welcomeMinutes: z.int().describe('How many minutes of audio that is worth.'),
  mailIsSent: z.boolean().describe('Without a mail server mails are kept, for whoever sits at the machine.'),
});
export type SignInOptions = z.infer<typeof signInOptionsSchema>;

/** `POST /app/auth/provider`: where to send the browser. */
export const providerUrlSchema = z.object({ url: z.string() });
export type ProviderUrl = z.infer<typeof providerUrlSchema>;
