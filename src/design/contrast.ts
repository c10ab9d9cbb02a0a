/** An OKLCH colour of tokens.css: lightness 0–1, chroma, hue in degrees, alpha 0–1. */
interface Oklch {
  l: number;
  c: number;
  h: number;
  alpha: number;
}
type Rgb = [number, number, number];

export type Tokens = Map<string, [light: Oklch, dark: Oklch]>;
export type Theme = 'light' | 'dark';

const themed = /--([\w-]+):\s*light-dark\(\s*oklch\(([^)]*)\),\s*oklch\(([^)]*)\)\s*\)/g;

/** The colours a stylesheet gives to both themes, by name without dashes. */
export function readTokens(css: string): Tokens {
  return new Map(
    [...css.matchAll(themed)].map(([, name = '', light = '', dark = '']) => [name, [parse(light), parse(dark)]]),
  );
}

/** WCAG 2 contrast of a colour over layers, the lowest first: `contrast(tokens, 'text', 'paper+fill', 'dark')` is 1 to 21. */
export function contrast(tokens: Tokens, front: string, layers: string, theme: Theme): number {
  const colour = (name: string): Oklch => {
    const pair = tokens.get(name);
    if (!pair) throw new Error(`tokens.css has no colour for both themes called ${name}`);
    return pair[theme === 'light' ? 0 : 1];
  };
  const back = layers.split('+').reduce<Rgb>((under, name) => lay(colour(name), under), [1, 1, 1]);
  const first = luminance(back);
  const second = luminance(lay(colour(front), back));
  return (Math.max(first, second) + 0.05) / (Math.min(first, second) + 0.05);
}

function parse(oklch: string): Oklch {
  const [lch = '', alpha = '1'] = oklch.split('/');
  const [l = NaN, c = NaN, h = NaN] = lch.trim().split(/\s+/).map(Number);
  return { l, c, h, alpha: Number(alpha) };
}

/** Oklab to linear sRGB, with the matrices of its definition (Ottosson, 2020). */
function linear({ l, c, h }: Oklch): Rgb {
  const a = c * Math.cos((h * Math.PI) / 180);
  const b = c * Math.sin((h * Math.PI) / 180);
  const L = (l + 0.3963377774 * a + 0.2158037573 * b) ** 3;
  const M = (l - 0.1055613458 * a - 0.0638541728 * b) ** 3;
  const S = (l - 0.0894841775 * a - 1.291485548 * b) ** 3;
  return [
    4.0767416621 * L - 3.3077115913 * M + 0.2309699292 * S,
    -1.2684380046 * L + 2.6097574011 * M - 0.3413193965 * S,
    -0.0041960863 * L - 0.7034186147 * M + 1.707614701 * S,
  ];
}

const encode = (v: number) => (v <= 0.0031308 ? 12.92 * v : 1.055 * v ** (1 / 2.4) - 0.055);
const decode = (v: number) => (v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4);
const clip = (v: number) => Math.min(1, Math.max(0, v));
const each = (rgb: Rgb, change: (v: number, at: 0 | 1 | 2) => number): Rgb => [
  change(rgb[0], 0),
  change(rgb[1], 1),
  change(rgb[2], 2),
];

/** As screens do it: out of gamut clipped, eight bits a channel, laid over what is under it in sRGB. */
function lay(colour: Oklch, under: Rgb): Rgb {
  const rgb = each(linear(colour), (v) => Math.round(encode(clip(v)) * 255) / 255);
  return each(rgb, (v, at) => v * colour.alpha + under[at] * (1 - colour.alpha));
}

function luminance(rgb: Rgb): number {
  const [r, g, b] = each(rgb, decode);
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}
