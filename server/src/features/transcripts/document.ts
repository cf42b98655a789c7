import { Document, HeadingLevel, Packer, Paragraph, TextRun } from 'docx';

import type { DocumentText } from './document-text.ts';

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

/** A Word document: who, when, and under it what was said. */
export async function writeDocument({ title, turns }: DocumentText): Promise<Uint8Array> {
  const paragraphs = turns.flatMap((turn) => [
    heading(turn.name, turn.start),
    ...turn.paragraphs.map((text) => new Paragraph({ text: printable(text) })),
  ]);
  const document = new Document({
    title: printable(title),
    creator: 'Icana',
    styles: { default: STYLES },
    sections: [
      {
        children: [new Paragraph({ text: printable(title), heading: HeadingLevel.HEADING_1 }), ...paragraphs],
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

/** `1:02:03`, `2:03`. */
function clockTime(seconds: number): string {
  const [hours, minutes] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60];
  const rest = String(Math.floor(seconds) % 60).padStart(2, '0');
  return hours > 0 ? `${hours}:${String(minutes).padStart(2, '0')}:${rest}` : `${minutes}:${rest}`;
}

/** Without what XML cannot hold: the document would not open. */
const printable = (text: string): string => text.toWellFormed().replaceAll(/[\p{Cc}\uFFFE\uFFFF]/gu, ' ');
