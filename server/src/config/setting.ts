import path from 'node:path';
import { z } from 'zod';

/** How a setting's text is read: the schema, and the words that complete "it must be …". */
export interface Kind<Value> {
  readonly allowed: string;
  readonly schema: z.ZodType<Value, string>;
}

/** A setting, as data: the program reads it, and its documentation is written, from the same place. */
export interface Setting<Value> extends Kind<Value> {
  /** The environment variable. */
  readonly env: string;
  /** What it is for, in a sentence or two. */
  readonly doc: string;
  /** What holds when the variable is unset or empty; a function where that depends on the machine. */
  readonly default: Value | (() => Value);
  /** Words for a default that is no plain value. */
  readonly defaultDoc?: string;
  /** Keeps its value out of messages. */
  readonly secret?: true;
}

/** Declares a setting; its kind gives the type of its value. */
export const setting = <Value>(
  kind: Kind<Value>,
  rest: Omit<Setting<NoInfer<Value>>, keyof Kind<unknown>>,
): Setting<Value> => ({ ...kind, ...rest });

/** A kind whose setting may be left out altogether. */
export const optional = <Value>(kind: Kind<Value>): Kind<Value | undefined> => kind;

export function wholeNumber(least: number, most: number): Kind<number> {
  return {
    allowed: `a whole number from ${least} to ${most}`,
    schema: z
      .string()
      .regex(/^\d{1,15}$/)
      .transform(Number)
      .pipe(z.number().min(least).max(most)),
  };
}

export function oneOf<const Choice extends string>(...choices: [Choice, ...Choice[]]): Kind<Choice> {
  return {
    allowed: `one of ${choices.map((choice) => `\`${choice}\``).join(', ')}`,
    schema: z.enum(choices),
  };
}

export const yesOrNo: Kind<boolean> = {
  allowed: '`yes` or `no`',
  schema: z.enum(['yes', 'no']).transform((answer) => answer === 'yes'),
};

/** A folder; a relative one is meant from where the program was started. */
export const folder: Kind<string> = {
  allowed: 'the path of a folder',
  schema: z.string().transform((text) => path.resolve(text)),
};

/** Shared with whoever is to be let in, so long that it cannot be guessed. */
export const sharedSecret: Kind<string> = {
  allowed: '16 to 200 characters without spaces',
  schema: z.string().regex(/^[!-~]{16,200}$/),
};

/** Names by key, `key=name`, parted by spaces or commas. */
export const namesByKey: Kind<Readonly<Record<string, string>>> = {
  allowed: 'pairs like `en=name`, parted by spaces or commas',
  schema: z
    .string()
    .transform((text) => text.split(/[\s,]+/).filter(Boolean))
    .pipe(z.array(z.string().regex(/^[a-z]+=[\w.-]+$/)))
    .transform((pairs) => Object.fromEntries(pairs.map((pair) => pair.split('=') as [string, string]))),
};

export const hostName: Kind<string> = {
  allowed: 'a host name or an IP address',
  schema: z.string().regex(/^[A-Za-z0-9.:_-]+$/),
};

/** The address of a server, with one of the schemes. */
export function address(...schemes: string[]): Kind<string> {
  return {
    allowed: `an address like \`${schemes[0]}://user:password@host/name\``,
    schema: z.string().refine((text) => {
      const url = URL.parse(text);
      return url !== null && schemes.includes(url.protocol.slice(0, -1)) && url.hostname !== '';
    }),
  };
}

/** A secret that another service has given out: nobody types it, and it begins as all of its kind do. */
export function issuedSecret(...beginnings: [string, ...string[]]): Kind<string> {
  return {
    allowed: `what ${beginnings.map((beginning) => `\`${beginning}…\``).join(' or ')} begins`,
    schema: z
      .string()
      .regex(/^[!-~]{10,500}$/)
      .refine((text) => beginnings.some((beginning) => text.startsWith(beginning))),
  };
}

/** Where people find a site: its origin alone, as browsers write it. */
export const webOrigin: Kind<string> = {
  allowed: 'an address without a path, like `https://icana.example.org`',
  schema: z
    .string()
    .refine((text) => {
      const url = URL.parse(text);
      return url !== null && /^https?:$/.test(url.protocol) && url.href === `${url.origin}/`;
    })
    .transform((text) => new URL(text).origin),
};

/** Text of a line, as it is. */
export const line: Kind<string> = {
  allowed: 'at most 200 characters',
  schema: z.string().max(200),
};
