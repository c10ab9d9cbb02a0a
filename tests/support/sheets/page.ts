import '#design/index.css';
import { mount } from 'svelte';
import { keepAppearance } from '#design/theme.svelte.ts';

const sheet = location.pathname.endsWith('/frame')
  ? await import('../../../src/routes/(dev)/design/parts/FrameSheet.svelte')
  : await import('../../../src/routes/(dev)/design/parts/Sheet.svelte');

keepAppearance();
mount(sheet.default, { target: document.body });
