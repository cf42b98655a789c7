import { fileURLToPath } from 'node:url';

const SAMPLE = fileURLToPath(new URL('../../sample/conversation.mp3', import.meta.url));

/** What a start says to whoever started it. The commands work as pasted. */
export function welcome(url: string, key: string | undefined): string {
  const lines = [`Listening on ${url}`];
  if (key === undefined) {
    lines.push(
      'Make an account and a key: icana admin account create EMAIL, then icana admin key create EMAIL NAME',
    );
  } else {
    lines.push(
      `API key: ${key}`,
      '',
      'Send a recording (this is a sample; put the path of your own after the @):',
      `  curl -H 'X-API-Key: ${key}' -F 'file=@${SAMPLE}' ${url}/api/v1/transcribe`,
      'Read the transcript, with the job_id of the answer:',
      `  curl -H 'X-API-Key: ${key}' ${url}/api/v1/jobs/JOB_ID`,
    );
  }
  return `${[...lines, '', `The dashboard is at ${url}, and the API is described at ${url}/docs. Ctrl-C stops.`].join('\n')}\n`;
}
