import { sql, type RawBuilder } from 'kysely';

import type { Database } from '../../infra/database/schema.ts';

/** One thing that breaks a rule: an account, a transaction, a job or an object, and what is wrong with it. */
interface Violation {
  readonly subject: string;
  readonly problem: string;
}

/** What must hold, as a sentence, and the query for what breaks it. */
export interface Rule {
  readonly rule: string;
  readonly violations: RawBuilder<Violation>;
}

/** What breaks a rule: how often it is broken, and the first cases of it. */
export interface Finding {
  readonly rule: string;
  readonly count: number;
  readonly examples: readonly Violation[];
}

/** However badly the books are damaged, a finding fits into memory and onto a screen. */
export const MOST_EXAMPLES = 100;

/** Asks for what breaks each rule; a rule that holds is no finding. */
export async function findViolations(db: Database, rules: readonly Rule[]): Promise<Finding[]> {
  const findings: Finding[] = [];
  for (const { rule, violations } of rules) {
    const { rows } = await sql<Violation & { count: number }>`
      select subject::text, problem, count(*) over () as count
      from (${violations}) as violations order by 1 limit ${MOST_EXAMPLES}
    `.execute(db);
    const [first] = rows;
    if (!first) continue;
    const examples = rows.map(({ subject, problem }) => ({ subject, problem }));
    findings.push({ rule, count: first.count, examples });
  }
  return findings;
}

/** In SQL: an amount in micro AUD as a person reads it. */
export const aud = (microAud: string): RawBuilder<string> =>
  sql`trim_scale(${sql.ref(microAud)}::numeric / 1000000)`;
