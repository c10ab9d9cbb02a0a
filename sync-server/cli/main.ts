import { Command } from 'commander';

const program = new Command('hearth').description("The operator's tool of a Hearth installation.");

await program.parseAsync();
