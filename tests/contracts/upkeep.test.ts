import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { COMMAND_VERSION } from '#kernel/commands.ts';
import { ulid } from '#kernel/ids.ts';
import { Browser } from '#tests/support/browser.ts';
import { startHearth, type Hearth } from '#tests/support/server.ts';

const email = 'ines@example.org';
const password = 'a few words in a row';

describe('the operator of a running server', () => {
  let hearth: Hearth;
  let browser: Browser;
  let me: { account: { id: string }; device: string };
  const community = ulid();
  const channel = ulid();

  beforeAll(async () => {
    hearth = await startHearth({ env: { HEARTH_ADMIN_EMAIL: email, HEARTH_ADMIN_PASSWORD: password } });
    browser = new Browser(hearth.url);
    me = (await browser.post('/api/auth/sign-in/email', { email, password })).body as typeof me;
  });
  afterAll(() => hearth.remove());

  async function send(name: string, args: Record<string, unknown>): Promise<void> {
    const { id: account } = me.account;
    const envelope = { account, device: me.device, version: COMMAND_VERSION, at: Date.now() };
    const command = { ...envelope, id: ulid(), name, args: { community, ...args } };
    const { body } = await browser.post('/api/commands', { commands: [command] });
    expect(body).toMatchObject({ receipts: [{ ok: true }] });
  }

  it('takes another name, and is shown by it where they wrote before', async () => {
    const channels = [{ id: channel, name: 'general', topic: '', category: null }];
    await send('community.create', { slug: 'walks', name: 'Walks', description: '', categories: [], channels });
    await send('message.post', { channel, body: 'Two redshanks.' });
    expect((await browser.send('PATCH', '/api/me', { name: 'Ines Carvalho' })).status).toBe(200);
    const members = async () => (await browser.get(`/api/communities/${community}/members`)).body;
    await expect.poll(members, { timeout: 10_000 }).toMatchObject({ members: [{ name: 'Ines Carvalho' }] });
    const document = async () => {
      const answer = await fetch(`${hearth.url}/api/documents/channel/${channel}/0`, {
        headers: { cookie: browser.cookies },
      });
      return Buffer.from(await answer.arrayBuffer()).includes('Ines Carvalho');
    };
    await expect.poll(document, { timeout: 10_000 }).toBe(true);
  });

  it('sees how jobs went and what the server counts, and hands neither to a stranger', async () => {
    const { body } = await browser.get('/api/console/jobs');
    expect((body as { jobs: { name: string }[] }).jobs.map(({ name }) => name)).toContain('watch-erasures');
    const figures = await fetch(`${hearth.url}/api/metrics`);
    expect(await figures.text()).toMatch(/^hearth_commands_accepted_total [1-9]/m);
    const stranger = new Browser(hearth.url);
    expect((await stranger.get('/api/console/jobs')).status).toBe(401);
    expect((await stranger.get('/api/metrics', { headers: { 'x-forwarded-for': '127.0.0.1' } })).status).toBe(401);
  });

  it('stops it, and nothing is left running', async () => {
    await hearth.stop();
  });
});
