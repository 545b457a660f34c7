import type { Announcement } from '../../conventions/mcp-announcements.js';
import { override } from '../base/override.js';

/** What registers a name with an `McpServer`: the second of each pair is what 1 had at first. */
const REGISTRATIONS: readonly (readonly [method: string, announces: keyof Announcement])[] = [
  ['registerTool', 'tools'],
  ['tool', 'tools'],
  ['registerPrompt', 'prompts'],
  ['prompt', 'prompts'],
];

/**
 * Hears which tools and prompts a server has, so that one which fails keeps its name though nobody has listed them.
 * @param prototype of `McpServer`
 * @param announce is told of each name once it is registered
 * @returns restores the originals
 */
export function hearRegistrations(
  prototype: object,
  announce: (announcement: Announcement) => void,
): (() => void)[] {
  return REGISTRATIONS.filter(
    ([method]) => typeof Reflect.get(prototype, method) === 'function',
  ).map(([method, announces]) =>
    override(prototype, method, (register) => {
      return function (this: unknown, ...args: unknown[]) {
        const registered = Reflect.apply(register, this, args);
        const [name] = args;
        if (typeof name === 'string') announce({ [announces]: [name] });
        return registered;
      };
    }),
  );
}
