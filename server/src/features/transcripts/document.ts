import { labelOf, textOf, turnsOf, type EditedSegment } from '@icana/contract/edits';
import { Document, HeadingLevel, Packer, Paragraph, TextRun } from 'docx';

import type { EditedTranscript } from './edited.rules.ts';

/** A turn that is longer than this goes on in another paragraph, where its speaker pauses. */
const LONG_PARAGRAPH_CHARACTERS = 600;
const TIME_COLOUR = '6B7280';
const TEXT_COLOUR = '1F2937';

/** Sizes in half points, spaces in twentieths of one. */
const STYLES = {
  document: { run: { font: 'Calibri', size: 22 }, paragraph: { spacing: { line: 276, after: 120 } } },
  heading1: { run: { size: 36, bold: true, color: TEXT_COLOUR }, paragraph: { spacing: { after: 240 } } },
  heading2: {
    run: { size: 22, bold: true, color: TEXT_COLOUR },
    paragraph: { spacing: { before: 240, after: 40 } },
  },
};

/** An edited transcript as a Word document: who, when, and under it what was said. */
export async function writeDocument({ segments, overlay }: EditedTranscript, title: string): Promise<Buffer> {
  const turns = turnsOf(segments).flatMap((turn) => {
    const { speaker, start } = turn[0]!;
    return [
      heading(labelOf(overlay, speaker), start),
      ...paragraphsOf(turn).map((text) => new Paragraph({ text: printable(text) })),
    ];
  });
  const document = new Document({
    title: printable(title),
    creator: 'Icana',
    styles: { default: STYLES },
    sections: [
      {
        children: [new Paragraph({ text: printable(title), heading: HeadingLevel.HEADING_1 }), ...turns],
      },
    ],
  });
  return await Packer.toBuffer(document);
}

function heading(name: string, start: number): Paragraph {
  return new Paragraph({
    heading: HeadingLevel.HEADING_2,
    keepNext: true,
    children: [
      new TextRun(printable(name)),
      new TextRun({ text: `  ${clockTime(start)}`, bold: false, color: TIME_COLOUR }),
    ],
  });
}

function paragraphsOf(turn: readonly EditedSegment[]): string[] {
  const paragraphs: string[] = [];
  for (const { text } of turn) {
    const open = paragraphs.at(-1);
    if (open === undefined || open.length > LONG_PARAGRAPH_CHARACTERS) paragraphs.push(text);
    else paragraphs[paragraphs.length - 1] = textOf([open, text]);
  }
  return paragraphs;
}

/** `1:02:03`, `2:03`. */
function clockTime(seconds: number): string {
  const [hours, minutes] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60];
  const rest = String(Math.floor(seconds) % 60).padStart(2, '0');
  return hours > 0 ? `${hours}:${String(minutes).padStart(2, '0')}:${rest}` : `${minutes}:${rest}`;
}

/** Without what XML cannot hold: the document would not open. */
const printable = (text: string): string => text.toWellFormed().replaceAll(/[\p{Cc}\uFFFE\uFFFF]/gu, ' ');
