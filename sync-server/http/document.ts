import type { Api } from './api.ts';

/** Serves the OpenAPI document of every registered route at `/api/openapi.json`. */
export function describeApi(app: Api, version: string): void {
  app.openAPIRegistry.registerComponent('securitySchemes', 'cookie', {
    type: 'apiKey',
    in: 'cookie',
    name: 'hearth.session_token',
    description: 'Browsers. Every write also needs the exact Origin of this place.',
  });
  app.openAPIRegistry.registerComponent('securitySchemes', 'bearer', {
    type: 'http',
    scheme: 'bearer',
    description: 'Programs. A token made under Settings, Sessions and devices: `Authorization: Bearer hearth_…`.',
  });
  app.doc31('/api/openapi.json', {
    openapi: '3.1.0',
    info: {
      title: 'Hearth',
      version,
      description: 'Every refusal is application/problem+json and says what happened, what was kept, what to do.',
    },
    security: [{ cookie: [] }, { bearer: [] }],
  });
}
