/*
 * The door `otel-exec/export`: keeps what is to be exported until it has arrived or was refused for good.
 */
export type {
  BatchExporter,
  BatchResult,
  Exportable,
  ExportQueueOptions,
} from './export/export-queue.js';
export { ExportQueue } from './export/export-queue.js';
