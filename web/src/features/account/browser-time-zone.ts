/** Where the browser is, such as `Australia/Sydney`. */
export const browserTimeZone = (): string => Intl.DateTimeFormat().resolvedOptions().timeZone;
