import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { atPort, readSettings } from './settings.ts';

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(path.join(os.tmpdir(), 'hearth-test-'));
});

afterEach(() => rmSync(folder, { recursive: true }));

const read = (env: Record<string, string> = {}) => readSettings({ HEARTH_DATA_DIR: folder, ...env });

test('an operator who sets nothing gets an installation of this machine', () => {
  const settings = atPort(read(), 3000);
  expect(settings).toMatchObject({
    port: 3000,
    origin: 'http://localhost:3000',
    trustProxy: 0,
    logLevel: 'info',
    dev: false,
  });
  expect(settings.databaseUrl).toBeUndefined();
  expect(settings.admin).toBeUndefined();
});

test('an empty variable is an absent one', () => {
  expect(read({ PORT: '', ORIGIN: '', DATABASE_URL: '' })).toMatchObject({
    port: 3000,
    origin: undefined,
    databaseUrl: undefined,
  });
});

test('with a free port the address follows the port that was taken', () => {
  expect(atPort(read({ PORT: '0' }), 40_123).origin).toBe('http://localhost:40123');
  expect(atPort(read({ PORT: '0', ORIGIN: 'https://hearth.example.org' }), 40_123).origin).toBe(
    'https://hearth.example.org',
  );
});

test.each([
  ['PORT', 'many'],
  ['PORT', '70000'],
  ['PORT', '3.5'],
  ['ORIGIN', 'ember.example.com'],
  ['ORIGIN', 'https://ember.example.com/'],
  ['ORIGIN', 'ftp://hearth.example.org'],
  ['DATABASE_URL', 'mysql://localhost/hearth'],
  ['HEARTH_ADMIN_EMAIL', 'ada'],
  ['HEARTH_ADMIN_PASSWORD', 'short'],
  ['TRUST_PROXY', 'maybe'],
  ['LOG_LEVEL', 'loud'],
  ['HEARTH_SECRET', 'guessable'],
])('%s=%s is refused in a sentence that names the variable and keeps the value to itself', (name, value) => {
  expect(() => read({ [name]: value })).toThrow(new RegExp(`^${name} is wrong: .+\\.$`));
  if (value.length > 5) expect(() => read({ [name]: value })).not.toThrow(value);
});

test('every wrong variable is named at once', () => {
  expect(() => read({ PORT: 'x', LOG_LEVEL: 'y' })).toThrow(/PORT is wrong[^]*LOG_LEVEL is wrong/);
});

test("the operator's address and password belong together", () => {
  expect(() => read({ HEARTH_ADMIN_EMAIL: 'ada@example.org' })).toThrow('belong together');
  const admin = { email: 'ada@example.org', password: 'a good long one' };
  expect(read({ HEARTH_ADMIN_EMAIL: admin.email, HEARTH_ADMIN_PASSWORD: admin.password }).admin).toEqual(admin);
});

test.each([
  ['1', 1],
  ['true', 1],
  ['no', 0],
  ['2', 2],
])('TRUST_PROXY=%s trusts %d proxies', (value, proxies) => {
  expect(read({ TRUST_PROXY: value }).trustProxy).toBe(proxies);
});

test('the secret is made once, kept for the next start, and readable by its owner alone', () => {
  const { secret } = read();
  expect(secret.length).toBeGreaterThanOrEqual(32);
  expect(read().secret).toBe(secret);
  expect(readFileSync(path.join(folder, 'secret'), 'utf8')).toBe(secret);
  if (process.platform !== 'win32') expect(statSync(path.join(folder, 'secret')).mode & 0o777).toBe(0o600);
});

test('a damaged secret is refused in words instead of signing everybody out', () => {
  writeFileSync(path.join(folder, 'secret'), '');
  expect(() => read()).toThrow('is damaged');
});

test('a secret of the environment wins and is not written down', () => {
  const secret = 'x'.repeat(40);
  expect(read({ HEARTH_SECRET: secret }).secret).toBe(secret);
  expect(() => statSync(path.join(folder, 'secret'))).toThrow('ENOENT');
});
