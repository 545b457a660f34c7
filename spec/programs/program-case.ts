import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { installPrograms, type PROGRAMS } from './cache.js';
import type { Program } from './run.js';

/** A program of the registry, how it is run, and everything that is to be seen of it. */
export interface ProgramCase {
  /** The package that it is of. */
  readonly of: keyof typeof PROGRAMS;
  /** What of the package it is, where that isn't clear. */
  readonly what?: string;
  readonly role: 'MCP server' | 'MCP client' | 'language server';
  readonly transport: 'stdio' | 'HTTP';
  /** Whether the library is inside of the program's own file. */
  readonly bundled?: boolean;
  readonly program: Program;
  /** Makes what differs between two runs by itself equal. Default: nothing does. */
  readonly level?: (output: string) => string;
  readonly expected: ExpectedEvents;
  /** What it is told. Default: nothing. */
  readonly told?: readonly RegExp[];
}

/** Method, result and error type of a request or a call. */
export type Asked = readonly [method: string, result: string, errorType?: string];

/** All events of one run. */
export interface ExpectedEvents {
  /** What it was asked, in order. */
  readonly requests: readonly Asked[];
  /** What it asked, in order. */
  readonly calls?: readonly Asked[];
  /** The methods of notifications of either direction, sorted. */
  readonly notifications?: readonly string[];
  /** The result of each process that it started, sorted. */
  readonly processes?: readonly string[];
}

/** Where the programs are installed. */
export const folder = installPrograms();

/** The path of a file of an installed package. */
export function inModules(path: string): string {
  return join(folder, 'node_modules', path);
}

/** Writes a program where the packages are: of a framework, somebody has to write it. */
export function writeProgram(name: string, source: string): string {
  const path = join(folder, name);
  writeFileSync(path, source);
  return path;
}
