/**
 * A style with only some of its rules, in the words they were written in: what a browser tells of a rule leaves out what it cannot say
 * shortly, `font: var(--type)` with a weight of its own among it.
 * @param keeps asked with what stands before a rule's block: its selector, or an at-rule that holds no rules
 */
export function pickRules(css: string, keeps: (prelude: string) => boolean): string {
  let picked = '';
  for (const { prelude, block, text } of rulesOf(css)) {
    if (block === null) picked += text;
    else if (!GROUP.test(prelude)) picked += keeps(prelude) ? text : '';
    else {
      const rules = pickRules(block, keeps);
      // Also an empty layer has its place among the others.
      if (rules !== '' || prelude.startsWith('@layer')) picked += `${prelude}{${rules}}`;
    }
  }
  return picked;
}

const GROUP = /^@(?:media|supports|layer|container)\b/;
/** Signs that mean nothing in texts and comments. */
const SIGN = /"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'|\/\*.*?\*\/|[{};]/gs;

interface Rule {
  prelude: string;
  /** Null of a statement. */
  block: string | null;
  text: string;
}

function* rulesOf(css: string): Generator<Rule> {
  let [begin, open, depth] = [0, 0, 0];
  const upTo = (end: number) => ({ text: css.slice(begin, end + 1), prelude: css.slice(begin, open || end).trim() });
  for (const { 0: sign, index } of css.matchAll(SIGN)) {
    if (sign === '{' && depth++ === 0) open = index;
    if (sign === '}') depth--;
    if (depth > 0 || (sign !== '}' && sign !== ';')) continue;
    yield { ...upTo(index), block: sign === '}' ? css.slice(open + 1, index) : null };
    [begin, open] = [index + 1, 0];
  }
}
