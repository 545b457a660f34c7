/** Says a sentence to whoever started this; stdout belongs to the command. */
export function tell(sentence: string): void {
  process.stderr.write(`otel-exec view: ${sentence}\n`);
}
