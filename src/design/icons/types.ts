import type { LucideProps } from '@lucide/svelte';
import type { Component } from 'svelte';

/** A lucide icon as a component, imported by itself: `import Clock from '@lucide/svelte/icons/clock'`. */
export type IconDrawing = Component<LucideProps, object, ''>;
