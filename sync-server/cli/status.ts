import { EXIT, type Exit } from './ending.ts';
import { LocalClient } from './local-client.ts';
import { dataDir } from './places.ts';
import { format } from './progress.ts';

interface Status {
  pid: number;
  origin: string;
  epoch: string;
  accounts: number;
  communities: { slug: string; name: string; channels: number; members: number; messages: number }[];
}

/** `status`: what runs here and what is in it. */
export async function showStatus(): Promise<Exit> {
  const client = new LocalClient({ dataDir: dataDir() });
  try {
    const status = await client.get<Status>('/status');
    if (status) process.stdout.write(describeStatus(status));
    return EXIT.done;
  } finally {
    client.close();
  }
}

function describeStatus({ pid, origin, epoch, accounts, communities }: Status): string {
  const lines = [
    `Hearth runs at ${origin} (process ${pid}, data in ${dataDir()}).`,
    `${format(accounts)} accounts, ${format(communities.length)} communities, epoch ${epoch}.`,
    ...communities.map(
      ({ name, slug, channels, members, messages }) =>
        `  ${name} (${slug}): ${format(members)} members, ${format(channels)} channels, ${format(messages)} messages`,
    ),
  ];
  return `${lines.join('\n')}\n`;
}
