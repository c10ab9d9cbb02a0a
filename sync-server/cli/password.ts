import { createInterface } from 'node:readline/promises';
import { Writable } from 'node:stream';
import { Ending, EXIT, type Exit } from './ending.ts';
import { LocalClient, Refused } from './local-client.ts';
import { dataDir } from './places.ts';

const SHORTEST = 10;

/** `account password EMAIL`: a new password for somebody who lost theirs. Asked for twice in a terminal, else the first line of what is piped in. */
export async function resetPassword(email: string): Promise<Exit> {
  const password = await (process.stdin.isTTY ? askTwice() : readLine(process.stdin));
  if (password.length < SHORTEST)
    throw new Ending(EXIT.usage, `A password has at least ${SHORTEST} characters. Nothing was changed.`);
  const client = new LocalClient({ dataDir: dataDir() });
  try {
    await client.post('/password', { email, password });
  } catch (error) {
    if (error instanceof Refused && error.status === 404)
      throw new Ending(EXIT.failed, `Nobody here has the address ${email}. Nothing was changed.`);
    throw error;
  } finally {
    client.close();
  }
  process.stdout.write(`${email} has the new password. Every session and every token of a program has ended.\n`);
  return EXIT.done;
}

async function askTwice(): Promise<string> {
  const first = await askUnseen('New password: ');
  const second = await askUnseen('Once more: ');
  if (first !== second) throw new Ending(EXIT.usage, 'The two are not the same. Nothing was changed.');
  return first;
}

async function askUnseen(question: string): Promise<string> {
  process.stderr.write(question);
  const nowhere = new Writable({ write: (_chunk, _encoding, done) => done() });
  const lines = createInterface({ input: process.stdin, output: nowhere, terminal: true });
  try {
    return await lines.question('');
  } finally {
    lines.close();
    process.stderr.write('\n');
  }
}

async function readLine(input: NodeJS.ReadableStream): Promise<string> {
  for await (const line of createInterface({ input })) return line;
  return '';
}
