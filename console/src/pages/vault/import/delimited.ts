// Files of text as spreadsheets and other programs write them: what letters they are in, and what stands between their fields.

export type FileProblemKind =
  'empty' | 'tooLarge' | 'letters' | 'quote' | 'unclosed' | 'json' | 'list' | 'noLabel' | 'twice' | 'noRows' | 'tooMany';

/** Why a file cannot be read at all. Nothing of the file is in it: that may be a secret. */
export class FileProblem extends Error {
  readonly kind: FileProblemKind;
  /** The line of the file, from 1, where one is meant. */
  readonly line?: number;

  constructor(kind: FileProblemKind, line?: number) {
    super(kind);
    this.name = 'FileProblem';
    this.kind = kind;
    this.line = line;
  }
}

/** UTF-8, or UTF-16 as Excel's "Unicode text" is; with or without a byte order mark. Throws a FileProblem. */
export function decodeText(bytes: Uint8Array): string {
  const [first, second] = bytes;
  const isLittle = (first === 0xff && second === 0xfe) || (first !== 0 && second === 0);
  const isBig = (first === 0xfe && second === 0xff) || (first === 0 && second !== 0);
  let text: string;
  try {
    text = new TextDecoder(isLittle ? 'utf-16le' : isBig ? 'utf-16be' : 'utf-8', { fatal: true }).decode(bytes);
  } catch {
    throw new FileProblem('letters');
  }
  if (text.includes('\0')) throw new FileProblem('letters');
  return text;
}

/** One record. `line` is where it begins, from 1: a quoted field may go over several. */
export interface DelimitedRecord {
  line: number;
  fields: string[];
}

const separators = [',', ';', '\t'];

/** What stands between the fields: what the first line has most of, outside quotes. */
export function separatorOf(text: string): string {
  const first = /^(?:"(?:[^"]|"")*"|[^"\r\n])*/.exec(text)?.[0].replace(/"(?:[^"]|"")*"/g, '') ?? '';
  const counted = separators.map((one) => first.split(one).length);
  return separators[counted.indexOf(Math.max(...counted))] ?? ',';
}

/**
 * CSV as RFC 4180 has it, with commas, semicolons or tabs. Lines with nothing in any field are left out, and so is Excel's line that
 * names the separator. Throws a FileProblem.
 */
export function parseDelimited(text: string): DelimitedRecord[] {
  const named = /^sep=(.)\r?\n/.exec(text);
  const reader = new Reader(text, named?.[1] ?? separatorOf(text), named?.[0].length ?? 0);
  const records: DelimitedRecord[] = [];
  for (let record = reader.record(); record; record = reader.record()) {
    if (record.fields.some((field) => field.trim() !== '')) records.push(record);
  }
  return records;
}

class Reader {
  private at: number;
  private line: number;

  constructor(private readonly text: string, private readonly separator: string, begin: number) {
    this.at = begin;
    this.line = begin > 0 ? 2 : 1;
  }

  /** The next record; undefined: there is none. */
  record(): DelimitedRecord | undefined {
    if (this.at >= this.text.length) return undefined;
    const record: DelimitedRecord = { line: this.line, fields: [this.field()] };
    while (this.text[this.at] === this.separator) {
      this.at++;
      record.fields.push(this.field());
    }
    this.lineBreak();
    return record;
  }

  private field(): string {
    return this.text[this.at] === '"' ? this.quoted() : this.plain();
  }

  private plain(): string {
    const begin = this.at;
    while (this.at < this.text.length && !this.isEnd(this.text[this.at])) {
      if (this.text[this.at] === '"') throw new FileProblem('quote', this.line);
      this.at++;
    }
    return this.text.slice(begin, this.at);
  }

  private quoted(): string {
    const begin = this.line;
    const parts: string[] = [];
    for (;;) {
      const end = this.text.indexOf('"', this.at + 1);
      if (end < 0) throw new FileProblem('unclosed', begin);
      const part = this.text.slice(this.at + 1, end);
      this.line += lineBreaks(part);
      parts.push(part);
      this.at = end + 1;
      if (this.text[this.at] !== '"') break;
    }
    if (this.at < this.text.length && !this.isEnd(this.text[this.at])) throw new FileProblem('quote', this.line);
    return parts.join('"');
  }

  private isEnd(letter: string | undefined): boolean {
    return letter === this.separator || letter === '\n' || letter === '\r';
  }

  private lineBreak(): void {
    if (this.text[this.at] === '\r') this.at++;
    if (this.text[this.at] === '\n') this.at++;
    this.line++;
  }
}

/** How many lines end in `text`. */
function lineBreaks(text: string): number {
  return text.match(/\r\n|\n|\r/g)?.length ?? 0;
}
