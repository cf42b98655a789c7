import { ActionIcon, Button, FileButton, Group, Progress, Text, Tooltip } from '@mantine/core';
import { IconPlayerPause, IconPlayerPlay, IconRefresh, IconX, type Icon } from '@tabler/icons-react';

import { formatBytes, formatDuration } from '../../../lib/format.ts';
import { priceWords } from './price-words.ts';
import { priceOf, type UploadItem } from './upload-item.ts';
import classes from './upload-row.module.css';
import { useUploads } from './uploads-provider.tsx';

/** A recording on its way: how far it is, what it will cost, and what can be done about it. */
export function UploadRow({ item, microAudPerMinute }: { item: UploadItem; microAudPerMinute: number }) {
  const { state, filename, sizeBytes, sentBytes, problem } = item;
  const percent = Math.floor((100 * sentBytes) / sizeBytes);
  const isMoving = state === 'sending' || state === 'paused' || state === 'waiting' || state === 'broken';
  const isWrong = problem !== null && state !== 'ready';
  return (
    <li className={classes['row']}>
      <div className={classes['name']}>
        <Text fw={600} component="span">
          {filename}
        </Text>{' '}
        <Text c="dimmed" fz="sm" component="span">
          {factsOf(item, microAudPerMinute)}
        </Text>
      </div>
      <Actions item={item} />
      <div className={classes['state']}>
        {isMoving && (
          <Progress
            value={percent}
            aria-label={`Upload of ${filename}`}
            color={state === 'sending' ? 'brand' : 'gray'}
            animated={state === 'sending'}
            my={4}
          />
        )}
        <Text
          fz="sm"
          c={isWrong ? 'var(--mantine-color-error)' : 'dimmed'}
          role={problem ? 'alert' : undefined}
        >
          {problem ?? wordsFor(item, percent)}
        </Text>
      </div>
    </li>
  );
}

function factsOf(item: UploadItem, microAudPerMinute: number): string {
  const price = priceOf(item, microAudPerMinute);
  const seconds = item.offer?.durationSeconds ?? item.estimatedSeconds;
  const facts = [formatBytes(item.sizeBytes)];
  if (seconds !== null) facts.push(formatDuration(seconds));
  if (price && item.state !== 'refused') facts.push(priceWords(price));
  return facts.join(' · ');
}

function wordsFor({ state, order }: UploadItem, percent: number): string {
  const then = order ? ', then it is transcribed' : '';
  const words = {
    waiting: `Waiting for its turn${then}`,
    sending: `Uploading: ${percent} %${then}`,
    paused: `Paused at ${percent} %`,
    broken: 'The upload stopped.',
    incomplete: `${percent} % uploaded before. Choose the file again to go on from there.`,
    elsewhere: `${percent} % uploaded. It goes on in another window.`,
    checking: 'Uploaded. Looking at its length …',
    ready: order ? 'Uploaded' : 'Uploaded. Ready to be transcribed.',
    submitting: 'Starting the transcription …',
    refused: 'It cannot be transcribed.',
  };
  return words[state];
}

function Actions({ item }: { item: UploadItem }) {
  const { queue } = useUploads();
  const { key, state, filename } = item;
  return (
    <Group gap={4} wrap="nowrap" className={classes['actions']}>
      {state === 'incomplete' && (
        <FileButton onChange={(file) => file && queue.choose(key, file)}>
          {(props) => (
            <Button size="xs" variant="light" {...props} aria-label={`Choose file ${filename} again`}>
              Choose file
            </Button>
          )}
        </FileButton>
      )}
      {(state === 'sending' || state === 'waiting') && (
        <Action icon={IconPlayerPause} label={`Pause ${filename}`} onClick={() => queue.pause(key)} />
      )}
      {state === 'paused' && (
        <Action icon={IconPlayerPlay} label={`Go on with ${filename}`} onClick={() => queue.resume(key)} />
      )}
      {state === 'broken' && (
        <Button
          size="xs"
          variant="light"
          leftSection={<IconRefresh size={16} aria-hidden />}
          onClick={() => queue.resume(key)}
          aria-label={`Try again: ${filename}`}
        >
          Try again
        </Button>
      )}
      {state !== 'submitting' && (
        <Action icon={IconX} label={`Remove ${filename}`} onClick={() => queue.discard(key)} />
      )}
    </Group>
  );
}

function Action({ icon: Icon, label, onClick }: { icon: Icon; label: string; onClick: () => void }) {
  return (
    <Tooltip label={label}>
      <ActionIcon variant="subtle" color="gray" size="lg" aria-label={label} onClick={onClick}>
        <Icon size={18} aria-hidden />
      </ActionIcon>
    </Tooltip>
  );
}
