// Whose screen may be shown before the app is there. See src/design/still/, and src/features/account/identity/known-account.ts for the key.
try {
  document.documentElement.dataset.account = JSON.parse(localStorage.getItem('hearth-session')).account.userId;
} catch {
  // Nobody is signed in here.
}

// Before the first paint: a reader who chose dark must not be flashed with light. See src/design/theme.svelte.ts for the keys.
for (const choice of ['theme', 'density']) {
  const value = localStorage.getItem('hearth.' + choice);
  if (value && value !== 'system' && value !== 'comfortable') document.documentElement.dataset[choice] = value;
}
