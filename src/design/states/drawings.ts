interface Drawing {
  lines: string;
  /** Filled ember. */
  warm?: string;
  /** Drawn ember. */
  warmLines?: string;
}

const dot = (x: number, y: number, r: number) =>
  `M${x - r} ${y}a${r} ${r} 0 1 0 ${2 * r} 0a${r} ${r} 0 1 0 ${-2 * r} 0`;

const drawn = {
  fire: {
    lines: 'M14 17H82M20 17V63M76 17V63M8 63H88M32 63V43a16 16 0 0 1 32 0V63',
    warm: 'M48.6 42c1 5 6.6 8 6.6 13.4a7.2 7.2 0 0 1-14.4 0c0-3 1.6-5 3.2-6.8.3 1.8 1 3 2.2 3.6-.4-3.6.2-7.2 2.4-10.2z',
  },
  cup: {
    lines: 'M30 34h32v14a11 11 0 0 1-11 11H41a11 11 0 0 1-11-11zM62 38h4a6.5 6.5 0 0 1 0 13h-4.5M24 65h44',
    warmLines: 'M41 26c-3.5-4 3.5-6 0-10.5M51 26c-3.5-4 3.5-6 0-10.5',
  },
  search: { lines: `${dot(42, 34, 16)}M53.5 45.5 68 60`, warmLines: 'M35 34h14' },
  bench: {
    lines: 'M20 22l2.5 22v21M22.5 47H38v18M76 22l-2.5 22v21M73.5 47H58v18M42 45h12M48 45v20',
    warm: dot(48, 40, 2.6),
  },
  page: { lines: 'M30 16h36v40L56 66H30zM66 56H56v10M38 34h20M38 42h20M38 50h10M48 21v6', warm: dot(48, 17, 4) },
  calendar: {
    lines: 'M30 17h36a5 5 0 0 1 5 5v36a5 5 0 0 1-5 5H30a5 5 0 0 1-5-5V22a5 5 0 0 1 5-5zM25 30h46M36 11v11M60 11v11',
    warm: dot(58, 47, 3),
  },
  unplugged: {
    lines: 'M4 40h22M26 32h12a6 6 0 0 1 6 6v4a6 6 0 0 1-6 6H26zM44 36h7M44 44h7M92 40H74M74 30H64v20h10z',
    warmLines: 'M57.5 30l2-6M57.5 50l2 6',
  },
  door: { lines: 'M12 65h72M32 65V13a3 3 0 0 1 3-3h26a3 3 0 0 1 3 3v52M39 20h18M39 26h18', warm: dot(57, 40, 2.2) },
  trail: {
    lines: `M10 56c14 0 14-16 28-16M86 24c-12 0-14 10-22 13M46 38.5h.1M52 38.5h.1M58 38.5h.1${dot(10, 56, 3)}`,
    warm: dot(86, 24, 3),
  },
} satisfies Record<string, Drawing>;

export type DrawingName = keyof typeof drawn;

/** The pictures of empty places, each in one line with one warm spot, on 96 × 72. */
export const drawings: Record<DrawingName, Drawing> = drawn;
