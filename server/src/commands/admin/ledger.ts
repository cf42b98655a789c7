import type { Command } from 'commander';

import type { AuditReport } from '../../features/audit/audit.service.ts';
import type { WithServices } from './admin.ts';
import { JSON_OPTION } from './answer.ts';
import { print } from './output.ts';

export function addLedgerCommands(admin: Command, withServices: WithServices): void {
  admin
    .command('ledger')
    .description('the books')
    .command('verify')
    .description('prove the books and find orphans; the exit status is 1 when something is wrong')
    .option(...JSON_OPTION)
    .action(async (options: { json?: boolean }) => {
      const report = await withServices(async ({ audit }) => await audit.verify());
      if (options.json) print({ sound: isSound(report), ...report }, true);
      else printAsText(report);
      if (!isSound(report)) process.exitCode = 1;
    });
}

const isSound = ({ findings }: AuditReport): boolean => findings.length === 0;

function printAsText({ checked, findings }: AuditReport): void {
  print({ ...checked }, false);
  for (const { rule, count, examples } of findings) {
    process.stdout.write(`\nBroken ${count === 1 ? 'once' : `${count} times`}: ${rule}\n`);
    print(
      examples.map((violation) => ({ ...violation })),
      false,
    );
  }
  process.stdout.write(findings.length === 0 ? '\nThe books are sound.\n' : '\nThe books are not sound.\n');
}
