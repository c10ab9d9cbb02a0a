import { Command, CommanderError, InvalidArgumentError } from 'commander';
import { MAX_IMPORT } from '#features/conversation/imports/index.ts';
import { makeBackup } from './backup.ts';
import { Ending, EXIT, type Exit } from './ending.ts';
import { importJsonl, importSlack, type ImportOptions } from './import.ts';
import { Refused } from './local-client.ts';
import { resetPassword } from './password.ts';
import { restoreFrom } from './restore.ts';
import { showStatus } from './status.ts';

const program = new Command('hearth')
  .description(
    "The operator's tool of a Hearth installation. It works on the one whose data is in HEARTH_DATA_DIR (./data).",
  )
  .showHelpAfterError()
  .exitOverride();

program.command('status').description('what runs here, and what is in it').action(ending(showStatus));

const imports = program
  .command('import')
  .description('take over messages from elsewhere, while the server runs; run again to go on after a stop');

sourceOptions(
  imports
    .command('jsonl <path>')
    .description('JSON, one message a line, packed by gzip or not; "-" reads standard input'),
)
  .option('--channel <name>', 'put everything into this one new channel')
  .action(ending(importJsonl));

sourceOptions(
  imports.command('slack <path>').description('a Slack export: its zip, or the folder it was unpacked to'),
).action(ending(importSlack));

program
  .command('backup <folder>')
  .description('write everything the database holds to a new folder in this one; the server may be running')
  .action(ending(makeBackup));

program
  .command('restore <backup>')
  .description('fill the database from a backup; the server must be stopped')
  .option('--replace', 'give up what is in the database; it is written to a backup first')
  .action(ending(restoreFrom));

program
  .command('account')
  .description('help somebody with their account')
  .command('password <email>')
  .description('give somebody who lost theirs a new password; asks for it, or reads it from standard input')
  .action(ending(resetPassword));

function sourceOptions(command: Command): Command {
  return command
    .requiredOption('--community <name>', 'name or address of the community; made when there is none')
    .option('--owner <email>', 'who owns a community that is made; the operator unless told')
    .option('--source <name>', 'what this source is called, the same in every run; its own name unless told')
    .option('--batch <messages>', `messages in one command, ${MAX_IMPORT} at most`, toBatchSize);
}

function toBatchSize(typed: string): ImportOptions['batch'] {
  const size = Number(typed);
  if (Number.isInteger(size) && size >= 1 && size <= MAX_IMPORT) return size;
  throw new InvalidArgumentError(`A number from 1 to ${MAX_IMPORT}.`);
}

/** Turns how an action ends into the exit code of the process. */
function ending<Args extends unknown[]>(action: (...args: Args) => Promise<Exit>): (...args: Args) => Promise<void> {
  return async (...args) => {
    process.exitCode = await action(...args);
  };
}

try {
  await program.parseAsync();
} catch (error) {
  if (error instanceof CommanderError) {
    process.exitCode = error.exitCode === 0 ? EXIT.done : EXIT.usage;
  } else if (error instanceof Ending) {
    process.stderr.write(`${error.message}\n`);
    process.exitCode = error.exit;
  } else {
    const plain = error instanceof Refused || process.env['LOG_LEVEL'] !== 'debug';
    process.stderr.write(`${error instanceof Error ? (plain ? error.message : error.stack) : String(error)}\n`);
    process.exitCode = EXIT.failed;
  }
}
