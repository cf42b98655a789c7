import { z } from 'zod';

import { EDIT_LIMITS, type OriginalColumns, type Overlay } from '../edits/index.ts';
import { oneOf } from '../query.ts';

const speaker = z.int().min(1).max(EDIT_LIMITS.highestSpeaker);
/** Far beyond the words of any recording. */
const place = z.int().min(0).max(10_000_000);

/** Text that every file format and the database can hold. */
const plainText = (name: string, maxLength: number) =>
  z
    .string()
    .max(maxLength, `${name} must have at most ${maxLength} characters`)
    .refine(
      (text) => text.isWellFormed() && !/\p{Cc}/u.test(text),
      `${name} must be one line of text, without control characters`,
    );

/** Ranges in order that have no place in common. */
const ranges = <Shape extends z.core.$ZodShape>(name: string, shape: Shape) =>
  z
    .array(z.strictObject({ first: place, last: place, ...shape }))
    .max(EDIT_LIMITS.ranges, `${name} must have at most ${EDIT_LIMITS.ranges} entries`)
    .refine(areInOrder, `${name} must be in order, without a place in two of them`);

function areInOrder(list: readonly unknown[]): boolean {
  let free = 0;
  // What a generic shape adds hides from the compiler what all of them have.
  for (const { first, last } of list as readonly { first: number; last: number }[]) {
    if (first < free || last < first) return false;
    free = last + 1;
  }
  return true;
}

export const overlaySchema: z.ZodType<Overlay> = z.strictObject({
  names: z.record(
    z.string().regex(/^[1-9]\d{0,2}$/, 'names must be by the number of a speaker'),
    plainText('a name', EDIT_LIMITS.nameLength).min(1, 'a name must not be empty'),
  ),
  texts: ranges('texts', { text: plainText('a text', EDIT_LIMITS.textLength) }),
  voices: ranges('voices', { speaker }),
  restored: ranges('restored', {}),
});

const integers = z.array(z.int());
const originalSchema: z.ZodType<OriginalColumns> = z.object({
  segments: z.array(
    z.object({
      start: z.number(),
      end: z.number(),
      speaker,
      confidence: z.number(),
      reason: z.string().optional().describe('Set where it was suppressed.'),
    }),
  ),
  startsMs: integers,
  lengthsMs: integers,
  texts: z.array(z.string()),
  confidences: integers.describe('In thousandths.'),
  segmentOf: integers,
  estimated: z.union([integers, z.literal('all')]),
});

/**
 * `GET /app/jobs/{id}/transcript`, of completed jobs: what was recognised, in columns, and what people changed of it.
 * `fromColumns` and `applyEdits` make a transcript of the two.
 */
export const editableTranscriptSchema = z.object({
  original: originalSchema,
  overlay: overlaySchema,
  revision: z.int().min(0).describe('Of the overlay; 0 where nobody has changed anything.'),
  canRecount: z.boolean().describe('Whether what its voices were told apart by was kept.'),
});
export type EditableTranscript = z.infer<typeof editableTranscriptSchema>;

/**
 * The body of `PUT /app/jobs/{id}/edits`. `revision` is that of the overlay which was changed. The very same may be sent
 * again where no answer has come.
 */
export const saveEditsSchema = z.strictObject({ revision: z.int().min(0), overlay: overlaySchema });
export type SaveEdits = z.infer<typeof saveEditsSchema>;

/** What the edits are now; the next change is made of these. */
export const savedEditsSchema = z.object({ revision: z.int().min(1) });
export type SavedEdits = z.infer<typeof savedEditsSchema>;

/** `GET /app/jobs/{id}/edits`: by which a page knows whether its edits are still the latest. */
export const latestEditsSchema = editableTranscriptSchema.pick({ revision: true });
export type LatestEdits = z.infer<typeof latestEditsSchema>;

/** `GET /app/jobs/{id}/levels`: how loud the recording is, to be drawn. Never changes. */
export const levelsSchema = z.object({
  secondsPerLevel: z.number(),
  levels: z
    .string()
    .nullable()
    .describe('A byte each, in base64, as loud as it sounds: 0 is silence. Null for jobs of older versions.'),
});
export type Levels = z.infer<typeof levelsSchema>;

/** What an edited transcript can be had as. */
export const EXPORT_FORMATS = ['txt', 'srt', 'vtt', 'docx', 'json'] as const;
export type ExportFormat = (typeof EXPORT_FORMATS)[number];

/** The query of `GET /app/jobs/{id}/export`. */
export const exportQuerySchema = z.object({ format: oneOf('format', EXPORT_FORMATS) });
