import { mkdtempSync, rmSync, symlinkSync, writeFileSync, mkdirSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { buildZip } from '#tests/support/zip.ts';
import { MAX_FILE } from './export-files.ts';
import { openExportFolder } from './export-folder.ts';
import { openExportZip } from './export-zip.ts';

const folder = mkdtempSync(path.join(os.tmpdir(), 'hearth-zip-'));
afterAll(() => rmSync(folder, { recursive: true }));

function zipFile(...args: Parameters<typeof buildZip>): string {
  const file = path.join(folder, `${Math.random()}.zip`);
  writeFileSync(file, buildZip(...args));
  return file;
}

test('a zip is read whether the export lies in it or in a folder of it', async () => {
  for (const prefix of ['', 'My export/']) {
    const files = await openExportZip(
      zipFile([
        { name: `${prefix}channels.json`, content: '[]' },
        { name: `${prefix}tools/2024-01-01.json`, content: '[1]' },
      ]),
    );
    expect(files.names).toEqual(['channels.json', 'tools/2024-01-01.json']);
    expect(await files.text('tools/2024-01-01.json')).toBe('[1]');
    await expect(async () => files.text('../../etc/passwd')).rejects.toThrow('not in the export');
    await files.close();
  }
});

test.for(['../outside.json', '/etc/outside.json', 'a/../../outside.json', 'C:\\outside.json'])(
  'a zip with the name %s is refused',
  async (name) => {
    await expect(openExportZip(zipFile([{ name, content: '[]' }]))).rejects.toThrow('cannot be taken');
  },
);

test('an entry that unpacks to a thousand times its size is refused before it is unpacked', async () => {
  const files = await openExportZip(
    zipFile([
      { name: 'channels.json', content: '[]' },
      { name: 'bomb.json', content: Buffer.alloc(8 * 1024 * 1024) },
    ]),
  );
  await expect(files.text('bomb.json')).rejects.toThrow('no day of messages');
  await files.close();
});

test('an entry that says it is small and is not ends as soon as more comes out', async () => {
  const files = await openExportZip(
    zipFile([{ name: 'channels.json', content: Buffer.alloc(8 * 1024 * 1024), claims: 1000 }]),
  );
  await expect(files.text('channels.json')).rejects.toThrow('cannot be unpacked');
  await files.close();
});

test('an entry that claims more than a day can hold is refused', async () => {
  const files = await openExportZip(zipFile([{ name: 'channels.json', content: '[]', claims: MAX_FILE + 1 }]));
  await expect(files.text('channels.json')).rejects.toThrow('no day of messages');
  await files.close();
});

test('entries that share their bytes are refused as a whole', async () => {
  const content = Array.from({ length: 2000 }, () => Math.random()).join();
  const entries = Array.from({ length: 50 }, (_, n) => ({ name: `${n}.json`, content }));
  await expect(openExportZip(zipFile(entries, { shared: true }))).rejects.toThrow('share their bytes');
});

test('what is no zip is refused in words', async () => {
  const file = path.join(folder, 'text.zip');
  writeFileSync(file, 'not a zip at all, not even close to one');
  await expect(openExportZip(file)).rejects.toThrow('not a zip file');
});

test('links in an unpacked export are passed over', async () => {
  const place = path.join(folder, 'unpacked');
  mkdirSync(path.join(place, 'tools'), { recursive: true });
  writeFileSync(path.join(place, 'channels.json'), '[]');
  symlinkSync('/etc/passwd', path.join(place, 'tools', '2024-01-01.json'));
  symlinkSync('/etc', path.join(place, 'elsewhere'));
  const files = await openExportFolder(place);
  expect(files.names).toEqual(['channels.json']);
  await expect(files.text('tools/2024-01-01.json')).rejects.toThrow('not in the export');
});
