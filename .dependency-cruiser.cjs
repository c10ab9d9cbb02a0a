// The dependency rule of docs/ARCHITECTURE.md. A message says what to do instead, so that a red run teaches.
const slice = '^src/features/([^/]+)/([^/]+)/';
const test = '\\.test\\.ts$';

/** @type {import('dependency-cruiser').IConfiguration} */
module.exports = {
  forbidden: [
    {
      name: 'no-circles',
      severity: 'error',
      comment:
        'These modules need each other to exist. Move what both need into a third one, or let one tell the other by an event.',
      from: {},
      to: { circular: true, viaOnly: { dependencyTypesNot: ['type-only'] } },
    },
    {
      name: 'nothing-imports-a-host',
      severity: 'error',
      comment:
        'Hosts (sync-server, src/routes, src/service-worker, bin) are thin and put things together; nothing depends on them. Take what you need as an argument: its type belongs in src/kernel.',
      from: { path: '^src/(kernel|replica|design|features)/', pathNot: test },
      to: { path: '^(sync-server|bin|src/routes|src/service-worker)/' },
    },
    {
      name: 'ui-never-meets-server',
      severity: 'error',
      comment:
        "A slice's ui runs on the device, its server on the server: they meet in the slice's commands, documents and policy.",
      from: { path: '^src/features/[^/]+/[^/]+/ui/' },
      to: { path: '^src/features/[^/]+/[^/]+/server/' },
    },
    {
      name: 'server-never-meets-ui',
      severity: 'error',
      comment: "A slice's server knows no screens: put what both need into the slice's commands, documents or policy.",
      from: { path: '^src/features/[^/]+/[^/]+/server/' },
      to: { path: ['^src/features/[^/]+/[^/]+/ui/', '^src/(design|replica)/'] },
    },
    {
      name: 'rules-know-neither-side',
      severity: 'error',
      comment:
        "A slice's commands, policy, documents and events run on both sides: they import the kernel and other slices' indexes, no screen, no server, no replica.",
      from: { path: '^src/features/[^/]+/[^/]+/[^/]+\\.ts$', pathNot: test },
      to: { path: ['^src/features/[^/]+/[^/]+/(ui|server)/', '^src/(design|replica)/'] },
    },
    {
      name: 'the-kernel-stands-alone',
      severity: 'error',
      comment:
        'src/kernel is what everything else is defined in: it imports nothing of ours. Move the code up, or pass it in.',
      from: { path: '^src/kernel/', pathNot: test },
      to: { path: '^(src/(?!kernel/)|sync-server/|bin/|tests/)' },
    },
    {
      name: 'the-replica-knows-no-feature',
      severity: 'error',
      comment:
        'src/replica carries any document and any command: it reads what slices declare, from the registry, and imports no slice.',
      from: { path: '^src/replica/', pathNot: test },
      to: { path: '^src/(features|design)/' },
    },
    {
      name: 'design-knows-no-feature',
      severity: 'error',
      comment: 'src/design holds tokens and primitives: pass what a primitive shows as properties or snippets.',
      from: { path: '^src/design/', pathNot: test },
      to: { path: '^src/(features|replica|kernel)/' },
    },
    {
      name: 'slices-meet-by-their-index',
      severity: 'error',
      comment:
        "Use another slice through its index.ts (or ui/index.ts, server/index.ts for what only one side has), so that its inside may change; to change another slice's records, send its command.",
      from: { path: slice, pathNot: test },
      to: {
        path: slice,
        pathNot: ['^src/features/$1/$2/', '^src/features/[^/]+/[^/]+/((ui|server)/)?index\\.ts$'],
        dynamic: false,
      },
    },
    {
      name: 'only-screens-are-loaded-later',
      severity: 'error',
      comment:
        'What is imported when it is needed, `await import(…)`, is named by its own file, since an index would bring everything along. Of another slice that may be a screen, and nothing else.',
      from: { path: slice, pathNot: test },
      to: {
        path: slice,
        pathNot: [
          '^src/features/$1/$2/',
          '^src/features/[^/]+/[^/]+/((ui|server)/)?index\\.ts$',
          '^src/features/[^/]+/[^/]+/ui/[^/]+\\.svelte$',
        ],
        dynamic: true,
      },
    },
    {
      name: 'hosts-use-a-slice-by-its-server',
      severity: 'error',
      comment: "sync-server knows a slice's index and its server folder, never its screens.",
      from: { path: '^sync-server/' },
      to: { path: ['^src/features/[^/]+/[^/]+/ui/', '^src/(design|routes)/'] },
    },
    {
      name: 'routes-use-a-slice-by-its-ui',
      severity: 'error',
      comment: "src/routes holds addresses only: render a slice's ui. What a page decides belongs in the slice.",
      from: { path: '^src/routes/' },
      to: { path: ['^src/features/[^/]+/[^/]+/server/', '^sync-server/'] },
    },
    {
      name: 'no-test-code-in-the-product',
      severity: 'error',
      comment: 'What the product needs does not live in tests.',
      from: { path: '^(src|sync-server|bin)/', pathNot: test },
      to: { path: ['^tests/', test] },
    },
    {
      name: 'no-unresolvable',
      severity: 'error',
      comment: 'This import leads nowhere.',
      from: {},
      to: { couldNotResolve: true, pathNot: ['^\\$', '^#paraglide/', '\\.svelte$', '^virtual:', '^svelte/elements$'] },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '^(src/paraglide|build|\\.svelte-kit)/' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['svelte', 'import', 'node', 'default'],
      extensions: ['.ts', '.js', '.mjs', '.svelte', '.json'],
    },
    reporterOptions: {
      archi: {
        collapsePattern: '^(src/kernel|src/replica|src/design|src/features/[^/]+/[^/]+|src/routes|sync-server/[^/]+)',
      },
    },
  },
};
