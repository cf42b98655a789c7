import type { DashboardJobEvents } from '@icana/contract/app';

/** A stream that was refused is asked for again, later each time. */
const FIRST_DELAY_MS = 2000;
const LONGEST_DELAY_MS = 60_000;

type Takers = { readonly [Name in keyof DashboardJobEvents]: (data: DashboardJobEvents[Name]) => void };

/**
 * Follows all jobs of the account. Where the stream breaks off it is opened again, and begins with all that are open.
 *
 * @param on.broken is told when it broke off: until `jobs` is told again, changes are missed
 * @returns a function that ends it
 */
export function followJobs(on: Takers & { broken: () => void }): () => void {
  let events: EventSource | undefined;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let delayMs = FIRST_DELAY_MS;

  function open(): void {
    const stream = new EventSource('/app/jobs/events');
    events = stream;
    const take = (name: keyof DashboardJobEvents) =>
      stream.addEventListener(name, ({ data }: MessageEvent<string>) => {
        delayMs = FIRST_DELAY_MS;
        // What the service sends under a name has the type of that name: page and service are of one build.
        on[name](JSON.parse(data) as never);
      });
    take('jobs');
    take('job');
    take('gone');
    stream.addEventListener('error', () => {
      on.broken();
      // Of a line that was cut the browser takes care itself; after a refusal it gives up.
      if (stream.readyState !== EventSource.CLOSED) return;
      timer = setTimeout(open, delayMs);
      delayMs = Math.min(2 * delayMs, LONGEST_DELAY_MS);
    });
  }
  open();

  return () => {
    clearTimeout(timer);
    events?.close();
  };
}
