/** Bytes of one line; a longer one is passed over without being held in memory. */
export const MAX_LINE = 1024 * 1024;

export interface Line {
  /** From 1. */
  number: number;
  /** Null for a line longer than `MAX_LINE`. */
  text: string | null;
}

const NEWLINE = 10;

/** The lines of a stream of UTF-8, in constant memory whatever comes. Bytes that are no UTF-8 become U+FFFD. */
export async function* readLines(source: AsyncIterable<Uint8Array>): AsyncGenerator<Line> {
  const decoder = new TextDecoder();
  let number = 1;
  let parts: Uint8Array[] = [];
  let length = 0;

  const keep = (part: Uint8Array) => {
    length += part.length;
    if (length <= MAX_LINE) parts.push(part);
    else parts = [];
  };
  const finish = (): Line => {
    const line = { number, text: length > MAX_LINE ? null : decoder.decode(Buffer.concat(parts)) };
    number += 1;
    parts = [];
    length = 0;
    return line;
  };

  for await (const chunk of source) {
    let from = 0;
    for (let end = chunk.indexOf(NEWLINE); end >= 0; end = chunk.indexOf(NEWLINE, from)) {
      keep(chunk.subarray(from, end));
      yield finish();
      from = end + 1;
    }
    if (from < chunk.length) keep(chunk.subarray(from));
  }
  if (length > 0) yield finish();
}
