/** Writes the pages of `docs/` that are made from data: the settings and the errors. */
import { writeFile } from 'node:fs/promises';

import { ERRORS_PAGE, errorsPage } from '../infra/http/errors-page.ts';
import { CONFIGURATION_PAGE, configurationPage } from './configuration-page.ts';

await writeFile(CONFIGURATION_PAGE, configurationPage());
await writeFile(ERRORS_PAGE, errorsPage());
