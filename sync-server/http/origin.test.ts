import { describe, expect, test } from 'vitest';
import { originIsOurs } from './origin.ts';

const asked = { origin: undefined, host: 'hearth.example', forwardedProto: undefined, encrypted: false };
const named = { origin: 'https://hearth.example', originGiven: true, trustProxy: 0 };
const unnamed = { origin: 'http://localhost:3000', originGiven: false, trustProxy: 0 };

describe('an origin is ours', () => {
  test.each([
    ['https://hearth.example', true],
    ['http://hearth.example', false],
    ['https://hearth.example:8443', false],
    ['https://hearth.example.evil.example', false],
    ['https://evil.example', false],
    ['null', false],
    ['', false],
    [undefined, false],
  ])('named by the operator, only that very one: %s', (origin, ours) => {
    expect(originIsOurs({ ...asked, origin }, named)).toBe(ours);
  });

  test('not named, it is the one the request was sent to', () => {
    expect(originIsOurs({ ...asked, origin: 'http://hearth.example' }, unnamed)).toBe(true);
    expect(originIsOurs({ ...asked, origin: 'https://hearth.example' }, unnamed)).toBe(false);
    expect(originIsOurs({ ...asked, origin: 'https://hearth.example', encrypted: true }, unnamed)).toBe(true);
    expect(originIsOurs({ ...asked, origin: 'http://hearth.example', host: undefined }, unnamed)).toBe(false);
  });

  test('the scheme a proxy forwards is believed only of a trusted one, and of it the last word', () => {
    const forwarded = { ...asked, origin: 'https://hearth.example', forwardedProto: 'http, https' };
    expect(originIsOurs(forwarded, unnamed)).toBe(false);
    expect(originIsOurs(forwarded, { ...unnamed, trustProxy: 1 })).toBe(true);
    expect(originIsOurs({ ...forwarded, forwardedProto: 'javascript' }, { ...unnamed, trustProxy: 1 })).toBe(false);
  });
});
