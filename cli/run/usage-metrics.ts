import { metrics } from '@opentelemetry/api';
import type { Usage } from './usage.js';

/**
 * Has whoever reads metrics see what a command uses.
 * @see https://opentelemetry.io/docs/specs/semconv/system/process-metrics/
 */
export function observeUsage(usage: Usage): void {
  const meter = metrics.getMeter('otel-exec');
  meter
    .createObservableCounter('process.cpu.time', {
      unit: 's',
      description: 'Total CPU seconds broken down by different states.',
    })
    .addCallback((result) => {
      const { time } = usage;
      if (time === undefined) return;
      result.observe(time.user / 1_000, { 'cpu.mode': 'user' });
      result.observe(time.system / 1_000, { 'cpu.mode': 'system' });
    });
  meter
    .createObservableUpDownCounter('process.memory.usage', {
      unit: 'By',
      description: 'The amount of physical memory in use.',
    })
    .addCallback((result) => {
      const { memoryBytes } = usage;
      if (memoryBytes !== undefined) result.observe(memoryBytes);
    });
}
