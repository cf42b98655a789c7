import { z } from 'zod';

/** The name of a time zone, as far as it can be one. */
export const timeZoneSchema = z.string().regex(/^[\w+/-]{1,64}$/, 'there is no such time zone');
