// Before the first paint: a reader who chose dark must not be flashed with light. See src/design/theme.svelte.ts for the keys.
for (const choice of ['theme', 'density']) {
  const value = localStorage.getItem('hearth.' + choice);
  if (value && value !== 'system' && value !== 'comfortable') document.documentElement.dataset[choice] = value;
}
