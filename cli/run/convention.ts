import { type Label, type ProcessFacts, program } from 'otel-exec/conventions';
import type { RunOptions } from './command.js';

type ProgramConvention = ReturnType<typeof program>;

/**
 * The convention of a program with what the arguments add to it. It is added to the process that has the id alone:
 * those that a journal tells were started with other arguments.
 */
export function runConvention(
  id: string,
  { name, attribute }: Pick<RunOptions, 'name' | 'attribute'>,
): ProgramConvention {
  const base = program();
  const fields = [...attribute].map(([key, value]) => ({
    name: key,
    type: 'string' as const,
    brief: 'Given with `--attribute`.',
    of: (facts: ProcessFacts) => (facts.id === id ? value : undefined),
  }));
  const given: Label<ProcessFacts> = {
    name: 'given name',
    other: '',
    of: (facts) => (facts.id === id ? name : undefined),
  };
  const { span, event } = base;
  return {
    ...base,
    labels: [...base.labels, given],
    ...(span && {
      span: {
        ...span,
        name: (labels) => labels['given name'] || span.name(labels),
        begun: [...span.begun, ...fields],
      },
    }),
    ...(event && { event: { ...event, begun: [...event.begun, ...fields] } }),
  };
}
