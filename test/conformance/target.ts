/** What the suite is run against, as the set-up of a run hands it to the tests. */
export interface Target {
  /** Where the server answers, without a path. */
  readonly url: string;
  /** The words of the operator's command, such as `npx`, `icana`, `admin`. */
  readonly adminCommand: readonly string[];
  /** The folder that the command is run in. */
  readonly adminFolder: string;
  /** What the command needs in its environment besides the suite's own. */
  readonly adminEnvironment: Readonly<Record<string, string>>;
  /** The name or address under which the server can reach the machine that the suite runs on. */
  readonly receiverHost: string;
  /** The largest file the server takes, in megabytes of 1024 × 1024 bytes. */
  readonly maxUploadMb: number;
}

declare module 'vitest' {
  interface ProvidedContext {
    conformance: Target;
  }
}
