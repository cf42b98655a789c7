/** Migrates the database of `argv[2]` by the folder of `argv[3]`, and says what it applied. */
import { migrate } from '../../../server/src/infra/database/migrations.ts';

const [, , url = '', folder = ''] = process.argv;
console.log(JSON.stringify(await migrate({ url, folder })));
