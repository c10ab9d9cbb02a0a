const ALPHABET = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
const PATTERN = /^[0-7][0-9A-HJKMNP-TV-Z]{25}$/;

let lastTime = 0;
let lastRandom: number[] = [];

function encodeTime(time: number): string {
  let rest = time;
  let text = '';
  for (let place = 0; place < 10; place++) {
    text = ALPHABET[rest % 32] + text;
    rest = Math.floor(rest / 32);
  }
  return text;
}

function freshRandom(): number[] {
  return Array.from(globalThis.crypto.getRandomValues(new Uint8Array(16)), (byte) => byte & 31);
}

/** The next value above `digits`; all ones wrap, which needs 2^80 ids within one millisecond. */
function increment(digits: number[]): number[] {
  const next = [...digits];
  for (let place = next.length - 1; place >= 0; place--) {
    if ((next[place] ?? 0) < 31) {
      next[place] = (next[place] ?? 0) + 1;
      return next;
    }
    next[place] = 0;
  }
  return next;
}

/**
 * A ULID: 26 characters of Crockford's base 32, 48 bits of time in milliseconds and 80 random bits, rising within one
 * process even inside a millisecond and when the clock steps back.
 */
export function ulid(now: number = Date.now()): string {
  const time = Math.max(now, lastTime);
  lastRandom = time === lastTime && lastRandom.length > 0 ? increment(lastRandom) : freshRandom();
  lastTime = time;
  return encodeTime(time) + lastRandom.map((digit) => ALPHABET[digit]).join('');
}

export function isUlid(value: unknown): value is string {
  return typeof value === 'string' && PATTERN.test(value);
}

/** The milliseconds since 1970 inside a ULID. The device wrote them: a hint, never proof. */
export function timeOf(id: string): number {
  let time = 0;
  for (const letter of id.slice(0, 10)) time = time * 32 + ALPHABET.indexOf(letter);
  return time;
}

/** A ULID-shaped id that is always the same for the same 16 bytes or more of `digest` (imports, subscribers). */
export function ulidFrom(digest: Uint8Array, time: number): string {
  return (
    encodeTime(Math.max(0, Math.min(time, 2 ** 48 - 1))) +
    Array.from(digest.subarray(0, 16), (byte) => ALPHABET[byte & 31]).join('')
  );
}
