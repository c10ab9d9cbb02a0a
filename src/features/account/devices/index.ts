export { deviceName } from './device-name.ts';
export type { DeviceName } from './device-name.ts';
