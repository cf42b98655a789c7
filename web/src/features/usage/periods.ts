/** How many days one can look back, the last of them today. */
export const PERIODS = [30, 90, 365] as const;
export type Period = (typeof PERIODS)[number];
