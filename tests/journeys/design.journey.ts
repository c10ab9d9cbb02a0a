import { AxeBuilder } from '@axe-core/playwright';
import { expect, test, type Page } from '@playwright/test';
import { startHearth } from '#tests/support/server.ts';
import { serveSheets } from '#tests/support/sheets/serve.ts';

/** What the browser complains about: a policy that was broken, an error that nobody caught. */
test.beforeEach(({ page }) => {
  page.on('pageerror', (error) => expect.soft(error.message, 'an error on the page').toBe(''));
  page.on('console', (message) => expect.soft(message.text(), 'the console').not.toContain('Content Security Policy'));
});

let sheets: Awaited<ReturnType<typeof serveSheets>>;
// One worker: serving the sheets costs more than walking them.
test.describe.configure({ mode: 'default' });
test.beforeAll(async () => {
  sheets = await serveSheets();
});
test.afterAll(() => sheets.stop());

async function openComponents(page: Page): Promise<void> {
  await page.goto(`${sheets.url}/design`);
  await expect(page.getByRole('heading', { name: 'Components' })).toBeVisible();
}

async function openFrame(page: Page, query = ''): Promise<void> {
  await page.goto(`${sheets.url}/design/frame${query}`);
  await expect(page.getByRole('navigation').first()).toBeVisible();
}

for (const colorScheme of ['light', 'dark'] as const) {
  for (const width of [360, 1440]) {
    test.describe(`in ${colorScheme} at ${width} px`, () => {
      test.use({ colorScheme, viewport: { width, height: 800 } });

      test('every primitive in every state can be used by everyone', async ({ page }) => {
        await openComponents(page);
        expect((await new AxeBuilder({ page }).analyze()).violations).toEqual([]);
        expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(width);
      });

      test('every pane of the frame can be used by everyone', async ({ page }) => {
        for (const query of width < 720 ? ['', '?pane=places', '?pane=context'] : ['?replying']) {
          await openFrame(page, query);
          expect((await new AxeBuilder({ page }).analyze()).violations, query).toEqual([]);
        }
      });
    });
  }
}

test('somebody with a keyboard opens a menu, walks it, chooses, and is back where they were', async ({ page }) => {
  await openComponents(page);
  const more = page.getByRole('button', { name: 'More' });
  await more.press('Enter');
  await expect(page.getByRole('menuitem', { name: 'Reply', exact: false }).first()).toBeFocused();
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('Enter');
  await expect(page.getByText('Last: thread')).toBeVisible();
  await expect(more).toBeFocused();
});

test('a dialog keeps the focus, Escape leaves everything as it was', async ({ page }) => {
  await openComponents(page);
  const opener = page.getByRole('button', { name: 'Dialog' });
  await opener.click();
  await expect(page.getByRole('button', { name: 'Keep it' })).toBeFocused();
  await page.keyboard.press('Escape');
  await expect(page.getByRole('dialog')).toHaveCount(0);
  await expect(opener).toBeFocused();
  await expect(page.getByText('Last: nothing')).toBeVisible();
});

test('what was deleted comes back with Undo', async ({ page }) => {
  await openComponents(page);
  await page.getByRole('button', { name: 'Toast with Undo' }).click();
  await page.getByRole('button', { name: 'Undo', exact: true }).click();
  await expect(page.getByText('Last: undone')).toBeVisible();
});

test('what just happened is said above a dialog, and taken back there', async ({ page }) => {
  await openComponents(page);
  const undo = page.getByRole('button', { name: 'Undo', exact: true });
  await page.getByRole('button', { name: 'Toast with Undo' }).click();
  await page.getByRole('button', { name: 'Dialog' }).click();
  await expect(page.getByRole('dialog')).toBeVisible();
  await undo.click();
  await expect(page.getByText('Last: undone')).toBeVisible();
  await expect(page.getByRole('dialog')).toBeVisible();

  await test.step('it stays when the dialog closes', async () => {
    await page.keyboard.press('Escape');
    await page.getByRole('button', { name: 'Sheet' }).click();
    await page.getByRole('button', { name: 'Copy link' }).click();
    await expect(page.getByText('Link copied.')).toBeInViewport();
    await page.keyboard.press('Escape');
    await expect(page.getByRole('dialog')).toHaveCount(0);
    await page.getByRole('button', { name: 'Open', exact: true }).click();
    await expect(page.getByText('Last: opened')).toBeVisible();
  });
});

test('a reader’s theme is kept for the next time and known before the first paint', async ({ page }) => {
  await openComponents(page);
  await page.getByRole('radio', { name: 'Dark' }).click();
  await page.reload({ waitUntil: 'commit' });
  await expect(page.locator('html')).toHaveAttribute('data-theme', 'dark');
  await openComponents(page);
  await page.getByRole('radio', { name: 'System' }).click();
  await expect(page.locator('html')).not.toHaveAttribute('data-theme');
});

test('a row’s verbs come with the pointer and stay while their menu is open', async ({ page }) => {
  await openFrame(page);
  await page.getByText('Lovely bug').hover();
  await page.getByRole('toolbar').getByRole('button', { name: 'More' }).click();
  await expect(page.getByRole('menu')).toBeVisible();
  await page.mouse.move(2, 2);
  await expect(page.getByRole('toolbar')).toHaveCount(1);
  await page.keyboard.press('Escape');
  await expect(page.getByRole('menu')).toHaveCount(0);
  await expect(page.getByRole('toolbar').getByRole('button', { name: 'More' })).toBeFocused();
});

test.describe('on a tablet', () => {
  test.use({ viewport: { width: 900, height: 800 } });

  test('channels slide over with the focus in them, and Escape brings both back', async ({ page }) => {
    await openFrame(page, '?thread=closed');
    const show = page.getByRole('button', { name: 'Show channels' });
    await show.click();
    await expect(page.getByRole('link', { name: 'week-5-joins' })).toBeFocused();
    await page.keyboard.press('Escape');
    await expect(page.getByRole('navigation', { name: 'Tidewater Data School' })).toBeHidden();
    await expect(show).toBeFocused();
  });
});

test.describe('under the thumb', () => {
  test.use({ viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true });

  test('a menu comes from below and its verbs work', async ({ page }) => {
    await openComponents(page);
    await page.getByRole('button', { name: 'More' }).tap();
    const sheet = page.getByRole('dialog', { name: 'Message' });
    await expect(sheet).toBeVisible();
    expect((await new AxeBuilder({ page }).analyze()).violations).toEqual([]);
    await sheet.getByRole('button', { name: 'Reply', exact: true }).tap();
    await expect(page.getByText('Last: reply')).toBeVisible();
    await expect(sheet).toHaveCount(0);
  });
});

test('nobody reaches the sheets where people live', async ({ request }) => {
  const hearth = await startHearth();
  try {
    expect((await request.get(`${hearth.url}/design`)).status()).toBe(404);
    expect((await request.get(`${hearth.url}/design/frame`)).status()).toBe(404);
  } finally {
    await hearth.remove();
  }
});
