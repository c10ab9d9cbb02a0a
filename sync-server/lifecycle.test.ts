import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import type { Readable } from 'node:stream';
import { afterEach, expect, test } from 'vitest';

const children: ChildProcess[] = [];

afterEach(() => children.splice(0).forEach((child) => child.kill('SIGKILL')));

/** A process with this life, which says "up" and every step of its end. */
async function live(body: string, options = '{}') {
  const script = `
    import { createLifecycle } from './sync-server/lifecycle.ts';
    const say = (words) => process.stdout.write(words + '\\n');
    const log = Object.fromEntries(['info', 'warn', 'error', 'fatal'].map((level) => [level, (...args) => say(args.at(-1))]));
    const lifecycle = createLifecycle(log, ${options});
    const untilKilled = setInterval(() => undefined, 1000);
    ${body}
    say('up');`;
  const child = spawn(process.execPath, ['--input-type=module', '--eval', script], {
    cwd: path.resolve(import.meta.dirname, '..'),
    stdio: ['ignore', 'pipe', 'inherit', 'ipc'],
  });
  children.push(child);
  const stdout = child.stdout as Readable;
  let output = '';
  const said = (words: string) =>
    new Promise<void>((resolve) => {
      const look = () => output.split('\n').includes(words) && resolve();
      stdout.on('data', look);
      look();
    });
  stdout.on('data', (data: Buffer) => (output += data.toString()));
  // Node emits no "close" once we hung up the channel ourselves.
  const ended = Promise.all([once(child, 'exit'), once(stdout, 'end')]).then(([[code]]) => ({
    code,
    lines: output.trim().split('\n').slice(1),
  }));
  await said('up');
  return { child, said, ended };
}

const twoSteps = `
  lifecycle.onClose('the cellar', async () => say('cellar'));
  lifecycle.onClose('the roof', async () => say('roof'));`;

test.each(['SIGTERM', 'SIGINT', 'SIGHUP'] as const)(
  '%s closes everything in reverse order and ends with 0',
  async (signal) => {
    const { child, ended } = await live(twoSteps);
    child.kill(signal);
    expect(await ended).toEqual({ code: 0, lines: ['Shutting down.', 'roof', 'cellar', 'Everything is closed.'] });
  },
);

test('a launcher that was killed takes the server along, in order', async () => {
  const { child, ended } = await live(twoSteps);
  child.disconnect();
  expect((await ended).lines).toContain('cellar');
  expect((await ended).code).toBe(0);
});

test('a step that fails does not keep the others from closing', async () => {
  const { child, ended } = await live(
    `${twoSteps} lifecycle.onClose('the door', () => Promise.reject(new Error('stuck')));`,
  );
  child.kill('SIGTERM');
  expect((await ended).lines).toEqual(expect.arrayContaining(['Could not close the door.', 'roof', 'cellar']));
});

const stuck = `lifecycle.onClose('the door', () => { say('closing'); return new Promise(() => undefined); });`;

test('one key press that arrives twice still drains', async () => {
  const { child, said, ended } = await live(
    `${twoSteps} lifecycle.onClose('the door', async () => { say('closing'); process.emit('SIGINT'); });`,
  );
  child.kill('SIGINT');
  await said('closing');
  expect((await ended).code).toBe(0);
});

test('asking again ends it at once', async () => {
  const { child, said, ended } = await live(stuck, '{ samePress: 0 }');
  child.kill('SIGINT');
  await said('closing');
  child.kill('SIGINT');
  expect((await ended).code).toBe(1);
});

test('a drain that never ends is given up', async () => {
  const { child, ended } = await live(stuck, '{ patience: 1 }');
  child.kill('SIGTERM');
  expect((await ended).code).toBe(1);
});

test('an error that nobody handled ends the process instead of going on in an unknown state', async () => {
  const { ended } = await live(`setImmediate(() => Promise.reject(new Error('oh')));`);
  expect(await ended).toMatchObject({ code: 1, lines: ['An error that nobody handled ends this process.'] });
});
