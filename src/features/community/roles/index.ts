import type { Slice } from '#kernel/registry.ts';
import { assignRole } from './roles.commands.ts';

export { assignRole, RoleAssigned } from './roles.commands.ts';

export const roles: Slice = { name: 'roles', commands: [assignRole] };
