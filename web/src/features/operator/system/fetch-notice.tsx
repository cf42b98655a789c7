import type { Models } from '@icana/contract/app';
import { Alert, Progress, Text } from '@mantine/core';

import { formatBytes } from '../../../lib/format.ts';

type Fetch = Models['fetches'][number];

/** How the fetching of a model goes, or went. */
export function FetchNotice({ fetch }: { fetch: Fetch }) {
  const { model, hostName, state, receivedBytes, totalBytes, failure } = fetch;
  if (state === 'failed') {
    return (
      <Alert color="red" variant="light" role="alert" title={`${model} could not be fetched on ${hostName}`}>
        {failure}
      </Alert>
    );
  }
  if (state === 'installed') {
    return (
      <Text fz="sm" role="status">
        {model} was fetched on {hostName}: it is used from now on.
      </Text>
    );
  }
  const words =
    state === 'waiting'
      ? 'waiting for another process that fetches it'
      : `${formatBytes(receivedBytes)} of ${formatBytes(totalBytes)}`;
  return (
    <div>
      <Text fz="sm" role="status">
        Fetching {model} on {hostName}: {words}
      </Text>
      <Progress value={(100 * receivedBytes) / totalBytes} aria-label={`Fetching ${model}`} mt={6} animated />
    </div>
  );
}
