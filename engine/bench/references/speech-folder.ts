import { resolve } from 'node:path';

/**
 * Recordings with references, beside the checkout. They are not part of the project, for most of their licences allow
 * testing but not passing on; what needs them says so and does without where they are missing.
 */
export const SPEECH_FOLDER = resolve(import.meta.dirname, '../../../../shared/speech');
