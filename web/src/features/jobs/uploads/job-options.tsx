import { Group, NumberInput, Select, SimpleGrid, Stack, Textarea } from '@mantine/core';
import type { UploadTerms } from '@icana/contract/app';

import type { JobOptions } from './upload-item.ts';

export interface OptionChoice {
  readonly language: string;
  readonly speakers: 'unknown' | 'exactly' | 'between';
  readonly exactly: number;
  readonly least: number;
  readonly most: number;
  readonly vocabulary: string;
}

/** As the service's limit for it, with room for the 200 words that count. */
const MAX_VOCABULARY_LENGTH = 2000;

export const firstChoice = ({ defaultLanguage, languages }: UploadTerms): OptionChoice => ({
  language: languages.includes(defaultLanguage) ? defaultLanguage : (languages[0] ?? defaultLanguage),
  speakers: 'unknown',
  exactly: 2,
  least: 2,
  most: 4,
  vocabulary: '',
});

export function optionsOf(choice: OptionChoice): JobOptions {
  const { language, speakers, exactly, least, most, vocabulary } = choice;
  return {
    language,
    ...(vocabulary.trim() !== '' && { prompt: vocabulary }),
    ...(speakers === 'exactly' && { numSpeakers: exactly }),
    ...(speakers === 'between' && {
      minSpeakers: Math.min(least, most),
      maxSpeakers: Math.max(least, most),
    }),
  };
}

const languageNames = new Intl.DisplayNames('en', { type: 'language', fallback: 'code' });
const nameOf = (code: string): string =>
  code === 'auto' ? 'Find out by itself' : (languageNames.of(code) ?? code);

const SPEAKERS = [
  { value: 'unknown', label: 'I don’t know' },
  { value: 'exactly', label: 'Exactly …' },
  { value: 'between', label: 'Between … and …' },
];

/** How the recordings are to be transcribed. */
export function JobOptionsForm(props: {
  terms: UploadTerms;
  choice: OptionChoice;
  onChange: (choice: OptionChoice) => void;
}) {
  const { terms, choice, onChange } = props;
  const change = (what: Partial<OptionChoice>) => onChange({ ...choice, ...what });
  return (
    <SimpleGrid cols={{ base: 1, sm: 2 }} spacing="md">
      <Stack gap="md">
        <Select
          label="Language"
          data={terms.languages.map((value) => ({ value, label: nameOf(value) }))}
          value={choice.language}
          onChange={(language) => language && change({ language })}
          allowDeselect={false}
          searchable={terms.languages.length > 8}
        />
        <Select
          label="How many people speak?"
          data={SPEAKERS}
          value={choice.speakers}
          // One of the values above.
          onChange={(speakers) => change({ speakers: speakers as OptionChoice['speakers'] })}
          allowDeselect={false}
        />
        <SpeakerNumbers {...{ choice, change }} most={terms.maxSpeakers} />
      </Stack>
      <Textarea
        label="Names and special words"
        description="What people may say that is not in a dictionary, separated by commas."
        placeholder="For example: Siobhan Nguyen, Kirribilli, HbA1c"
        maxLength={MAX_VOCABULARY_LENGTH}
        autosize
        minRows={3}
        maxRows={8}
        value={choice.vocabulary}
        onChange={(event) => change({ vocabulary: event.currentTarget.value })}
      />
    </SimpleGrid>
  );
}

function SpeakerNumbers(props: {
  choice: OptionChoice;
  change: (what: Partial<OptionChoice>) => void;
  most: number;
}) {
  const { choice, change, most } = props;
  const number = (label: string, name: 'exactly' | 'least' | 'most') => (
    <NumberInput
      key={name}
      label={label}
      min={1}
      max={most}
      clampBehavior="strict"
      allowDecimal={false}
      value={choice[name]}
      onChange={(value) => typeof value === 'number' && change({ [name]: value })}
      w={120}
    />
  );
  if (choice.speakers === 'exactly') return number('People', 'exactly');
  if (choice.speakers === 'unknown') return null;
  return (
    <Group gap="md">
      {number('At least', 'least')}
      {number('At most', 'most')}
    </Group>
  );
}
