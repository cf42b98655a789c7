import { execFile } from 'node:child_process';
import { dirname } from 'node:path';
import { promisify } from 'node:util';
import Config from '@npmcli/config';
import npmOptions from '@npmcli/config/lib/definitions/index.js';

/** npm's configuration as its own libraries take it: registries by scope, credentials, proxies, certificates. */
export type NpmSettings = Readonly<Record<string, unknown>>;

/**
 * Reads npm's configuration the way npm does: environment, the project's, the user's and the machine's `.npmrc`.
 * Models therefore come from wherever this machine's packages come from.
 */
export async function loadNpmSettings(environment: NodeJS.ProcessEnv = process.env): Promise<NpmSettings> {
  const config = new Config({
    ...npmOptions,
    npmPath: npmInstallation(environment),
    env: { ...environment, ...(await machineWideFile(environment)) },
    // Ours is no npm command line: without this, Icana's own arguments would be read as npm's.
    argv: [],
  });
  await config.load();
  return config.flat;
}

/** Under `npm start` and `npx`, npm says where it is; elsewhere only its rarely used built-in file is missed. */
function npmInstallation(environment: NodeJS.ProcessEnv): string {
  const executable = environment['npm_execpath'];
  return executable ? dirname(dirname(executable)) : dirname(process.execPath);
}

/**
 * npm finds its machine-wide file beside the `node` that runs it. Ours may be the pinned one inside `node_modules`,
 * so outside npm's own scripts only npm can tell; a machine without npm has no such file.
 */
async function machineWideFile(environment: NodeJS.ProcessEnv): Promise<NodeJS.ProcessEnv> {
  if (environment['npm_config_globalconfig']) return {};
  try {
    const { stdout } = await promisify(execFile)('npm', ['config', 'get', 'globalconfig'], {
      env: environment,
      shell: process.platform === 'win32',
    });
    return { npm_config_globalconfig: stdout.trim() };
  } catch {
    return {};
  }
}
