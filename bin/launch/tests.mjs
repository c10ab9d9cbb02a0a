import { existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import path from 'node:path';
import { build, generate } from './build.mjs';
import { findChromium } from './chromium.mjs';
import { root, run } from './processes.mjs';

/** @typedef {{ passed: number, failed: number, skipped: number }} Count */

const parts = ['unit', 'pg', 'journeys'];

/**
 * `npm test` runs everything; `npm test PART [FILTER…]` one part: unit, pg or journeys. Ends with one line that sums all runners up.
 * @param {{ node: string, args: string[] }} options
 * @returns {number} exit code
 */
export function test({ node, args }) {
  const [part = '', ...filters] = args;
  if (part && !parts.includes(part))
    throw new Error(`There is no part "${part}" of the tests. Try one of: ${parts.join(', ')}.`);
  mkdirSync(path.join(root, 'test-results'), { recursive: true });
  generate(node);
  // Every other part starts the real server.
  if (part !== 'unit') build(node);
  /** @type {Count[]} */
  const counts = [];
  if (part !== 'journeys') counts.push(vitest(node, part ? ['--project', part, ...filters] : []));
  if (!part || part === 'journeys') counts.push(playwright(node, filters));
  const sum = counts.reduce((a, b) => ({
    passed: a.passed + b.passed,
    failed: a.failed + b.failed,
    skipped: a.skipped + b.skipped,
  }));
  if (sum.skipped) console.log(`\n${sum.skipped} skipped: this machine lacks what they need (see above).`);
  // CI has everything, so that a skipped test there is one that nobody runs.
  const failed = sum.failed + (process.env['CI'] ? sum.skipped : 0);
  console.log(`\n${sum.passed} passed, ${failed} failed`);
  return failed ? 1 : 0;
}

/** @param {string} node @param {string[]} args @returns {Count} */
function vitest(node, args) {
  const file = report('vitest.json');
  const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${file}`];
  const code = run(node, 'node_modules/vitest/vitest.mjs', ['run', '--passWithNoTests', ...reporters, ...args]);
  const result = read(file);
  if (!result) return broken;
  /** @type {{ status: string, assertionResults: unknown[] }[]} */
  const files = result.testResults;
  // A file that cannot even be loaded fails without a test of its own.
  const unloadable = files.filter((one) => one.status === 'failed' && one.assertionResults.length === 0).length;
  return checked(code, {
    passed: result.numPassedTests,
    failed: result.numFailedTests + unloadable,
    skipped: result.numPendingTests + result.numTodoTests,
  });
}

/** @param {string} node @param {string[]} filters @param {NodeJS.ProcessEnv} [env] @returns {Count} */
export function playwright(node, filters, env) {
  const file = report('journeys.json');
  const chromium = findChromium(node);
  const code = run(node, 'node_modules/@playwright/test/cli.js', ['test', '--pass-with-no-tests', ...filters], {
    ...(chromium ? { HEARTH_CHROMIUM: chromium } : {}),
    ...env,
  });
  const result = read(file);
  if (!result) return code === 0 ? { passed: 0, failed: 0, skipped: 0 } : broken;
  const { expected, unexpected, flaky, skipped } = result.stats;
  return checked(code, { passed: expected + flaky, failed: unexpected + result.errors.length, skipped });
}

/** A runner that ended before it could report. @type {Count} */
const broken = { passed: 0, failed: 1, skipped: 0 };

/** A runner that fails without a failed test (an error outside of any) has failed. @param {number} code @param {Count} count @returns {Count} */
function checked(code, count) {
  return code !== 0 && count.failed === 0 ? { ...count, failed: 1 } : count;
}

/** Path of a report, without that of an earlier run. @param {string} name */
function report(name) {
  const file = path.join(root, 'test-results', name);
  rmSync(file, { force: true });
  return file;
}

/** @param {string} file */
function read(file) {
  return existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : undefined;
}
