import { writeFileSync } from 'node:fs';
import path from 'node:path';
import type { Device } from '#tests/support/journey-device.ts';
import { expect, test } from '#tests/support/journey.ts';
import { runCli } from '#tests/support/hearth-cli.ts';
import type { Town } from '#tests/support/town.ts';

const COUNT = 4_000;
const FIRST = Date.UTC(2023, 0, 1, 12);
const HOUR = 3_600_000;

/** A year and more of conversation of all lengths, from a file. */
async function importHistory(town: Town): Promise<string> {
  const names = ['Maren Okafor', 'Kofi Mensah', 'Leila Haddad', 'Tomás Ibarra'];
  const lines = Array.from({ length: COUNT }, (_, n) => {
    const words = ' and the counting goes on'.repeat((n * 7) % 13);
    const more = n % 11 === 0 ? '\n\n- one\n- two\n- three' : '';
    const author = names[(n * n) % names.length];
    return {
      channel: 'logbook',
      id: `m${n}`,
      author,
      at: new Date(FIRST + n * 3 * HOUR).toISOString(),
      body: `Entry ${n}.${words}${more}`,
    };
  });
  const file = path.join(town.dataDir, 'history.jsonl');
  writeFileSync(file, lines.map((line) => JSON.stringify(line)).join('\n'));
  const told = await runCli(town.dataDir, ['import', 'jsonl', file, '--community', town.community.slug]);
  expect(told.exit, told.err + told.out).toBe(0);
  return town.channelPath('logbook');
}

/** The first whole message in sight and where it stands on the screen. */
function underTheEye({ page }: Device): Promise<{ text: string; top: number }> {
  return page.evaluate(() => {
    const edge = document.querySelector('section.scroller')!.getBoundingClientRect();
    const rows = [...document.querySelectorAll<HTMLElement>('article.message')];
    const first = rows.find((row) => row.getBoundingClientRect().top > edge.top + edge.height / 3);
    return { text: /Entry \d+\./.exec(first!.textContent)![0], top: first!.getBoundingClientRect().top };
  });
}

test('somebody reads through years of imported history in both directions, and nothing under the eye ever jumps', async ({
  settle,
  device,
}) => {
  test.slow();
  const town = await settle();
  const address = await importHistory(town);
  const ines = await device(town);
  await ines.signIn(town.owner, `${address}?at=2500`);
  await expect(ines.message('Entry 2500.')).toBeInViewport();
  const scroller = ines.page.locator('section.scroller');
  await scroller.hover();

  const jumps: string[] = [];
  for (const direction of [-1, 1]) {
    for (let turn = 0; turn < 60; turn++) {
      // The wheel moves by a known way; whatever a row moves beyond it is a jump.
      const before = await underTheEye(ines);
      await ines.page.mouse.wheel(0, direction * 240);
      await ines.page.evaluate(
        () => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(() => setTimeout(done, 60)))),
      );
      const moved = await ines.page.evaluate((text) => {
        const row = [...document.querySelectorAll('article.message')].find((one) => one.textContent.includes(text));
        return row?.getBoundingClientRect().top ?? null;
      }, before.text);
      if (moved !== null && Math.abs(moved - before.top + direction * 240) > 4)
        jumps.push(`${before.text} by ${moved - before.top}`);
    }
  }
  expect(jumps).toEqual([]);

  await test.step('to its very beginning', async () => {
    await expect(async () => {
      await ines.page.mouse.wheel(0, -200_000);
      await expect(ines.message('Entry 0.')).toBeInViewport({ timeout: 200 });
    }).toPass();
  });
  await test.step('to a day', async () => {
    await ines.page.getByRole('button', { name: 'Go to a day' }).click();
    await ines.page.getByLabel('Day', { exact: true }).fill('2023-09-01');
    await ines.page.getByRole('button', { name: 'Go', exact: true }).click();
    const day = Math.ceil((new Date(2023, 8, 1).getTime() - FIRST) / (3 * HOUR));
    await expect(ines.message(`Entry ${day}.`)).toBeInViewport();
  });
  await test.step('to the newest', async () => {
    await ines.page.getByRole('button', { name: /Go to the newest|new$/ }).click();
    await expect(ines.message(`Entry ${COUNT - 1}.`)).toBeInViewport();
  });
});

/** Where two messages on the screen that follow each other do not touch. */
function gaps({ page }: Device): Promise<string[]> {
  return page.evaluate(() => {
    const screen = document.querySelector('section.scroller')!.getBoundingClientRect();
    const rows = [...document.querySelectorAll('article.message')]
      .map((article) => ({ text: article.textContent, edge: article.closest('li')!.getBoundingClientRect() }))
      .filter(({ edge }) => edge.bottom > screen.top && edge.top < screen.bottom);
    const first = rows[0]?.edge.top ?? screen.bottom;
    return [
      ...(first > screen.top + 1 ? [`${first - screen.top} above all`] : []),
      ...rows.slice(1).flatMap(({ text, edge }, index) => {
        const gap = edge.top - rows[index]!.edge.bottom;
        return Math.abs(gap) > 1 ? [`${gap} above ${text}`] : [];
      }),
    ];
  });
}

test('a talk goes on and on: its newest is in sight of who rests there, and the history above it has no gap and does not jump', async ({
  settle,
  device,
}) => {
  test.slow();
  const town = await settle({ people: { 'Bo Lindqvist': 'member' } });
  const address = await importHistory(town);
  const [ines, bo] = [await device(town), await device(town)];
  await ines.signIn(town.owner, address);
  await bo.signIn(town.person('Bo Lindqvist'), address);
  for (const one of [ines, bo]) await expect(one.message(`Entry ${COUNT - 1}.`)).toBeInViewport();

  const said = 50;
  for (let n = COUNT; n < COUNT + said; n++) {
    await ines.composer.fill(`Entry ${n}.`);
    await ines.composer.press('Enter');
    await expect(ines.message(`Entry ${n}.`)).toBeInViewport({ ratio: 1 });
  }
  await expect(bo.message(`Entry ${COUNT + said - 1}.`)).toBeInViewport({ ratio: 1 });
  for (const one of [ines, bo]) expect(await gaps(one)).toEqual([]);

  for (const one of [ines, bo]) {
    await one.page.locator('section.scroller').hover();
    for (let turn = 0; turn < 12; turn++) {
      const before = await underTheEye(one);
      await one.page.mouse.wheel(0, -240);
      await expect
        .poll(async () => {
          const rows = one.message(before.text);
          return Math.round((await rows.boundingBox())!.y - before.top);
        })
        .toBe(240);
      expect(await gaps(one)).toEqual([]);
    }
    expect(Number(/\d+/.exec((await underTheEye(one)).text))).toBeLessThan(COUNT);
    await one.page.getByRole('button', { name: 'Go to the newest' }).click();
    await expect(one.message(`Entry ${COUNT + said - 1}.`)).toBeInViewport({ ratio: 1 });
    expect(await gaps(one)).toEqual([]);
  }
});

test('somebody comes back to what is new: the unread line, “new ↓” while reading above, a link to a message', async ({
  settle,
  device,
}) => {
  const town = await settle({ channels: ['general', 'quiet'], people: { 'Bo Lindqvist': 'member' } });
  await town.owner.says('general', 'Entry 0.');
  const bo = await device(town, { permissions: ['clipboard-read', 'clipboard-write'] });
  await bo.enter(town.person('Bo Lindqvist'));
  await expect(bo.message('Entry 0.')).toBeInViewport();
  await bo.goTo('quiet');
  await town.owner.says('general', ...Array.from({ length: 119 }, (_, n) => `Entry ${n + 1}.`));
  await expect(bo.place('general').getByText('unread')).toBeAttached();
  await bo.goTo('general');
  await expect(bo.message('Entry 1.')).toBeInViewport();
  await expect(bo.page.getByRole('separator', { name: 'New' })).toBeInViewport();
  await bo.page.getByRole('button', { name: /new$/ }).click();
  await expect(bo.message('Entry 119.')).toBeInViewport();
  await expect(bo.page.getByRole('button', { name: /new$/ })).toHaveCount(0);

  await bo.page.locator('section.scroller').hover();
  // Rows that are measured only now may hold a first turn of the wheel up.
  await expect(async () => {
    await bo.page.mouse.wheel(0, -1_500);
    await expect(bo.message('Entry 119.')).not.toBeInViewport({ timeout: 2_000 });
  }).toPass();
  await town.owner.says('general', 'Just now.', 'And just now too.');
  await expect(bo.page.getByRole('button', { name: '2 new' })).toBeVisible();
  await expect(bo.message('And just now too.')).not.toBeInViewport();
  await bo.page.getByRole('button', { name: '2 new' }).click();
  await expect(bo.message('And just now too.')).toBeInViewport();

  await bo.choose('Just now.', 'Copy link');
  const link = await bo.page.evaluate(() => navigator.clipboard.readText());
  await town.owner.says('general', ...Array.from({ length: 60 }, (_, n) => `Later ${n}.`));
  // Only for a moment: looked for from the first.
  const marked = expect(bo.page.locator('article[data-marked]')).toHaveText(/Just now\./);
  await bo.page.goto(link);
  await marked;
  await expect(bo.message('Just now.')).toBeInViewport();
});

test('somebody who rested at the newest comes back after hundreds of messages: how many, since when, and the way to the first', async ({
  settle,
  lasting,
}) => {
  const town = await settle({ people: { 'Bo Lindqvist': 'member' } });
  await town.owner.says('general', ...Array.from({ length: 60 }, (_, n) => `Entry ${n}.`));
  const bo = await lasting(town);
  await bo.enter(town.person('Bo Lindqvist'));
  await expect(bo.message('Entry 59.')).toBeInViewport();
  await expect.poll(async () => (await town.person('Bo Lindqvist').places()).channels[0]?.read).toBe(60);
  await bo.closeBrowser();
  await town.owner.says('general', ...Array.from({ length: 200 }, (_, n) => `Entry ${n + 60}.`));

  await bo.reopen(await town.channelPath('general'));
  await expect(bo.message('Entry 259.')).toBeInViewport();
  await bo.page.getByRole('button', { name: /^200 new since/ }).press('Enter');
  await expect(bo.page.getByRole('separator', { name: 'New' })).toBeInViewport();
  await expect(bo.message('Entry 60.')).toBeInViewport();
  await expect(bo.message('Entry 60.')).toBeFocused();
  await expect(bo.page.getByRole('button', { name: /new since/ })).toHaveCount(0);

  await test.step('and again, from an app that was open without a network', async () => {
    await bo.page.getByRole('button', { name: /Go to the newest|new$/ }).click();
    await expect(bo.message('Entry 259.')).toBeInViewport();
    await bo.goOffline();
    await town.owner.says('general', 'One more.', 'And another.');
    await bo.goOnline();
    await expect(bo.message('And another.')).toBeInViewport();
    await expect(bo.page.getByRole('separator', { name: 'New' })).toBeInViewport();
    await expect(bo.page.getByRole('button', { name: /new since/ })).toHaveCount(0);
  });
});

test('only what really stood on the screen counts as read', async ({ settle, device }) => {
  const town = await settle({ people: { 'Bo Lindqvist': 'member' } });
  const bo = town.person('Bo Lindqvist');
  await town.owner.says('general', ...Array.from({ length: 40 }, (_, n) => `Entry ${n}.\n\nand\n\nmuch\n\nmore`));
  const here = await device(town, { viewport: { width: 1440, height: 900 } });
  await here.signIn(bo, `${await town.channelPath('general')}?at=3`);
  await expect(here.message('Entry 3.')).toBeInViewport();
  const read = async () => (await bo.places()).channels[0]?.read ?? 0;
  await expect.poll(read).toBeGreaterThan(0);
  const seen = await here.page.evaluate(() => {
    const edge = document.querySelector('section.scroller')!.getBoundingClientRect().bottom;
    const rows = [...document.querySelectorAll('article.message')];
    return rows.filter((row) => row.getBoundingClientRect().bottom <= edge + 2).length;
  });
  expect(await read()).toBeLessThanOrEqual(seen);
});

test('somebody without a mouse walks the messages, reacts, replies, changes and deletes', async ({
  settle,
  device,
}) => {
  const town = await settle({ people: { 'Bo Lindqvist': 'member' } });
  await town.owner.says('general', 'First word', 'Second word', 'Third word');
  const bo = await device(town);
  await bo.enter(town.person('Bo Lindqvist'));
  const { keyboard } = bo.page;
  await bo.composer.focus();
  await keyboard.type('My own word');
  await keyboard.press('Enter');
  await bo.expectSent('My own word');

  await keyboard.press('ArrowUp');
  await expect(bo.composer).toHaveValue('My own word');
  await keyboard.press('End');
  await keyboard.type('s');
  await keyboard.press('Enter');
  await expect(bo.message('My own words').getByText('edited')).toBeVisible();

  await keyboard.press('Shift+Tab');
  await expect(bo.message('My own words')).toBeFocused();
  await keyboard.press('ArrowUp');
  await expect(bo.message('Third word')).toBeFocused();
  await keyboard.press('ArrowUp');
  await keyboard.press('ArrowDown');
  await keyboard.press('Tab');
  await expect(bo.message('Third word').getByRole('button', { name: 'React' })).toBeFocused();
  await keyboard.press('Enter');
  await expect(bo.page.getByRole('dialog', { name: 'React' })).toBeVisible();
  await keyboard.press('Enter');
  await expect(bo.message('Third word').getByRole('button', { name: /, 1, yours included/ })).toBeVisible();

  await bo.message('Third word').focus();
  await keyboard.press('r');
  await expect(bo.composer).toBeFocused();
  await expect(bo.page.getByText('Reply to Ines Carvalho')).toBeVisible();
  await keyboard.type('An answer');
  await keyboard.press('Enter');
  await expect(bo.message('An answer').getByRole('link', { name: /Third word/ })).toBeVisible();
  await bo.expectSent('An answer');

  await keyboard.press('Shift+Tab');
  await expect(bo.message('An answer')).toBeFocused();
  await keyboard.press('Delete');
  await expect(bo.message('An answer')).toHaveCount(0);
  await expect(bo.page.getByText('Message deleted.')).toBeVisible();

  await keyboard.press('ControlOrMeta+k');
  await bo.page.getByRole('combobox').fill('general');
  await keyboard.press('Enter');
  await expect(bo.page.getByRole('dialog')).toHaveCount(0);
  await expect(bo.page.getByRole('heading', { level: 1, name: 'general' })).toBeVisible();
});
