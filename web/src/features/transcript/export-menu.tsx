import type { ExportFormat } from '@icana/contract/app';
import { Button, Menu } from '@mantine/core';
import { IconChevronDown, IconDownload } from '@tabler/icons-react';
import type { MouseEvent } from 'react';

import { tellTrouble } from '../../ui/notices.ts';
import type { Editing } from './editing/use-editing.ts';
import { jobPath } from './transcript-queries.ts';

const FORMATS: Readonly<Record<ExportFormat, string>> = {
  txt: 'Text (TXT)',
  docx: 'Word document (DOCX)',
  srt: 'Subtitles (SRT)',
  vtt: 'Subtitles for the web (VTT)',
  json: 'Data with all times (JSON)',
};

/** The transcript as a file, with what was edited up to now. */
export function ExportMenu({ jobId, editing }: { jobId: string; editing: Editing }) {
  const download = async (href: string): Promise<void> => {
    if (await editing.flush()) startDownload(href);
    else tellTrouble('Nothing was exported: your last changes are not saved yet.');
  };
  return (
    <Menu position="bottom-end" width={260}>
      <Menu.Target>
        <Button
          variant="default"
          leftSection={<IconDownload size={18} aria-hidden />}
          rightSection={<IconChevronDown size={16} aria-hidden />}
        >
          Export
        </Button>
      </Menu.Target>
      <Menu.Dropdown>
        {Object.entries(FORMATS).map(([format, label]) => {
          const href = jobPath(jobId, `/export?format=${format}`);
          return (
            <Menu.Item
              key={format}
              component="a"
              href={href}
              download
              onClick={(event: MouseEvent) => {
                event.preventDefault();
                void download(href);
              }}
            >
              {label}
            </Menu.Item>
          );
        })}
      </Menu.Dropdown>
    </Menu>
  );
}

function startDownload(href: string): void {
  const link = document.createElement('a');
  link.href = href;
  link.download = '';
  link.click();
}
