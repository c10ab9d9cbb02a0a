import { expect, test } from 'vitest';
import { STARTING_ROLES } from '#features/community/communities/index.ts';
import { roleName } from './role-names.ts';

test('every role a community is born with is shown in the reader’s language, a renamed one by its own name', () => {
  for (const role of STARTING_ROLES) expect(roleName(role)).toBe(role.name);
  expect(roleName({ id: 'admin', name: 'Warden' })).toBe('Warden');
  expect(roleName({ id: 'guide', name: 'Guide' })).toBe('Guide');
});
