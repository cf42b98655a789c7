/** Writes `docs/configuration.md` from the settings. */
import { writeFile } from 'node:fs/promises';
import { CONFIGURATION_PAGE, configurationPage } from './configuration-page.ts';

await writeFile(CONFIGURATION_PAGE, configurationPage());
