import path from 'node:path';

/** HEARTH_DATA_DIR as the server of this folder reads it. */
export const dataDir = (): string => path.resolve(process.env['HEARTH_DATA_DIR'] || './data');

/** A path as it was typed: bin/hearth runs in the project's folder, the person may stand elsewhere. */
export const typedPath = (typed: string): string => path.resolve(process.env['HEARTH_CWD'] ?? process.cwd(), typed);
