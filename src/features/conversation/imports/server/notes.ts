/**
 * Everything that can happen to a line of a source, in the order of the report.
 * `lost`: somebody may miss it, so the run does not end as if all were well.
 */
export const NOTES = {
  malformed: { lost: true, words: 'could not be read' },
  long_line: { lost: true, words: 'lines are longer than 1 MiB and were passed over' },
  broken: { lost: true, words: 'the source ends in the middle, or is damaged' },
  refused: { lost: true, words: 'messages were refused by the server' },
  double: { lost: false, words: 'messages came twice under one id; the first was taken' },
  empty: { lost: false, words: 'messages are empty' },
  notice: { lost: false, words: 'notices of people coming and going, topics and modes were left out' },
  direct: { lost: false, words: 'direct conversations were left out, they belong to no community' },
  reply: { lost: false, words: 'replies answer something that was not taken, and stand as plain messages' },
  files: { lost: false, words: 'files are named in the text, their content is not taken' },
  custom_emoji: { lost: false, words: 'reactions with emoji of the source alone were left out' },
  unnamed: { lost: false, words: 'reactions are counted in the source without naming who gave them' },
  many_reactions: { lost: false, words: 'reactions are more than one message can hold' },
  cut: { lost: false, words: 'long messages were cut into several' },
  replaced: { lost: false, words: 'texts held characters that cannot be stored; each became \uFFFD' },
} as const;

export type NoteCode = keyof typeof NOTES;

export interface Note {
  count: number;
  /** The first places it happened at, with a word about each. */
  examples: string[];
}

const EXAMPLES = 5;

/** Collects what was not taken as it stands, in constant memory. */
export class ImportNotes {
  readonly #notes = new Map<NoteCode, Note>();

  /** @param where for example `line 12`; left out when the place says nothing */
  add(code: NoteCode, where?: string, count = 1): void {
    const note = this.#notes.get(code) ?? { count: 0, examples: [] };
    note.count += count;
    if (where !== undefined && note.examples.length < EXAMPLES) note.examples.push(where);
    this.#notes.set(code, note);
  }

  count(code: NoteCode): number {
    return this.#notes.get(code)?.count ?? 0;
  }

  /** Whether somebody may miss something. */
  get lost(): boolean {
    return [...this.#notes.keys()].some((code) => NOTES[code].lost);
  }

  /** In the order of the report. */
  entries(): [NoteCode, Note][] {
    return (Object.keys(NOTES) as NoteCode[]).flatMap((code): [NoteCode, Note][] => {
      const note = this.#notes.get(code);
      return note ? [[code, note]] : [];
    });
  }
}
