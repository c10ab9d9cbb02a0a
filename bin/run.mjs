#!/usr/bin/env node
// What every npm script and every file in bin/ runs. Plain JavaScript for any Node from 18 on: it finds or fetches the Node that Hearth needs,
// installs the packages, builds what is stale, and runs the command with that Node.
import { installPackages } from './launch/install.mjs';
import { findNode } from './launch/node.mjs';
import { commands } from './launch/commands.mjs';

const [name = '', ...args] = process.argv.slice(2);
const command = commands[name];

if (!command) {
  console.error(`Unknown command "${name}". Try one of: ${Object.keys(commands).join(', ')}.`);
  process.exit(2);
}

try {
  const node = findNode();
  installPackages(node);
  process.exitCode = await command({ node, args });
} catch (error) {
  console.error(`\n${error instanceof Error ? error.message : error}\n`);
  process.exit(1);
}
