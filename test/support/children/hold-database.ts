/** Runs the embedded database of the folder in `argv[2]` until it is killed or its stdin ends; says what came of it. */
import { startEmbeddedPostgres } from '../../../server/src/infra/database/embedded/embedded-postgres.ts';

const [, , dataDir = '', as = 'service'] = process.argv;
try {
  const postgres = await startEmbeddedPostgres({ dataDir, as: as === 'guest' ? 'guest' : 'service' });
  console.log(JSON.stringify({ url: postgres.url }));
  process.stdin.resume().once('end', () => void postgres.stop());
} catch (error) {
  console.log(JSON.stringify({ error: String(error) }));
}
