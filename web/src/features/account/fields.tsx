import { PasswordInput, TextInput, type PasswordInputProps, type TextInputProps } from '@mantine/core';

const SHORTEST_PASSWORD = 10;

/** Null when a new password may be chosen, else why not. */
export const newPasswordProblem = (password: string): string | null =>
  password.length < SHORTEST_PASSWORD ? `Use at least ${SHORTEST_PASSWORD} characters.` : null;

/** Every one of these has to be filled in, so that a mark for it would say nothing. */
const NEEDED = { required: true, withAsterisk: false } as const;

/** The address that somebody signs in with. */
export const EmailField = (props: TextInputProps) => (
  <TextInput label="E-mail" type="email" autoComplete="username" maxLength={254} {...NEEDED} {...props} />
);

/** A password that is there already. */
export const PasswordField = (props: PasswordInputProps) => (
  <PasswordInput label="Password" autoComplete="current-password" maxLength={128} {...NEEDED} {...props} />
);

/** One that is being chosen. */
export const NewPasswordField = (props: PasswordInputProps) => (
  <PasswordInput
    label="Password"
    description={`At least ${SHORTEST_PASSWORD} characters. A few words are easier to remember than symbols.`}
    autoComplete="new-password"
    maxLength={128}
    {...NEEDED}
    {...props}
  />
);
