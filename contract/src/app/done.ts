import { z } from 'zod';

/** The answer where there is nothing to say. */
export const doneSchema = z.object({}).describe('It is done, or on its way.');
