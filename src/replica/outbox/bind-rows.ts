import type { DeviceDatabase } from '../database/database.ts';

/**
 * Binds what waits to the device that the session knows now. Cookies go, when somebody else on this browser erases their copy or the
 * browser clears them, and with them the former id: commands that carry it would be refused for ever (C6). Their own ids stay, so that
 * what had arrived before is still applied once (C1).
 */
export async function bindRows(db: DeviceDatabase, device: string): Promise<void> {
  await db.transaction(['outbox'], async ({ outbox }) => {
    const others = (await outbox.getAll()).filter((row) => row.envelope.device !== device && row.state !== 'accepted');
    await outbox.putMany(others.map((row) => ({ ...row, envelope: { ...row.envelope, device } })));
  });
}
