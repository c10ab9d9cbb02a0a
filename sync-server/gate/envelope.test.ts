import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Envelope } from '#kernel/commands.ts';
import { ulid } from '#kernel/ids.ts';
import { isEnvelope } from './envelope.ts';

const base = () => ({
  id: ulid(),
  account: ulid(),
  name: 'message.post',
  args: { body: 'Salt the water.' },
  at: Date.now(),
  device: 'laptop',
  version: 1,
});

/** Values on both sides of every rule. */
const anything = fc.oneof(
  fc.constantFrom(
    undefined,
    null,
    '',
    0,
    -0,
    -1,
    1,
    1.5,
    NaN,
    Infinity,
    8.64e15,
    8.64e15 + 2,
    2 ** 53,
    1000,
    1001,
    true,
  ),
  fc.constantFrom('a', 'a'.repeat(64), 'a'.repeat(65), 'a'.repeat(80), 'a'.repeat(81), ulid(), `${ulid()}0`),
  fc.constantFrom(
    [],
    [ulid()],
    [ulid(), 'no id'],
    Array.from({ length: 16 }, () => ulid()),
  ),
  fc.constantFrom(
    Array.from({ length: 17 }, () => ulid()),
    {},
    { id: ulid() },
  ),
);
const field = fc.constantFrom(...Object.keys(Envelope.shape), 'further', '__proto__');

describe('the short way through the gate', () => {
  it('is open to what devices and the server itself send', () => {
    expect(isEnvelope(base())).toBe(true);
    expect(isEnvelope({ ...base(), after: [ulid(), ulid()] })).toBe(true);
    expect(isEnvelope({ ...base(), cause: 'import', depth: 2 })).toBe(true);
  });

  it('lets nothing through that the schema stops, nor what it would change', () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(field, anything), { maxLength: 4 }),
        field,
        fc.boolean(),
        (changes, left, leaves) => {
          const raw: Record<string, unknown> = base();
          for (const [key, value] of changes)
            Object.defineProperty(raw, key, { value, enumerable: true, configurable: true });
          if (leaves) delete raw[left];
          const parsed = Envelope.safeParse(raw);
          if (!isEnvelope(raw)) return;
          expect(parsed.success).toBe(true);
          expect(parsed.data).toEqual(raw);
        },
      ),
      { numRuns: 20_000 },
    );
  });

  it.each([null, undefined, 'text', 7, [], [1]])('is closed to %j', (raw) => expect(isEnvelope(raw)).toBe(false));
});
