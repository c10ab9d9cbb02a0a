export { roleName, roleOf } from './role-names.ts';
