import { openFoundations } from '../compose/foundations.ts';
import { composeOperators } from '../compose/operators.ts';
import { composeServices } from '../compose/services.ts';
import { loadSettings } from '../config/load-settings.ts';
import { createLog } from '../log.ts';
import type { WithServices } from './admin/admin.ts';

/** Opens the deployment's services for a command, beside a running service or without one. */
export const withServices: WithServices = async (work) => {
  const settings = loadSettings(process.env);
  const foundations = await openFoundations(settings, { as: 'guest', log: createLog('warn') });
  try {
    await foundations.queue.start();
    const services = composeServices(foundations, settings);
    return await work({ ...services, ...composeOperators(foundations, services) });
  } finally {
    await foundations.queue.stop();
    await foundations.close();
  }
};
