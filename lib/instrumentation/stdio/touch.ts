import { complain } from '../../opentelemetry/diagnostics.js';

/**
 * Waits for the program to use one of its standard streams. Node makes each when it is used first, and a
 * program whose stdin or stdout was made behaves otherwise than one whose wasn't; so it isn't touched here.
 * @param take is called once, with the stream, before whoever uses it has it
 * @returns stops waiting
 * @see https://nodejs.org/api/process.html#a-note-on-process-io
 */
export function awaitTouch(name: 'stdin' | 'stdout', take: (stream: object) => void): () => void {
  const original = Object.getOwnPropertyDescriptor(process, name);
  const make = original?.get;
  if (original === undefined || make === undefined || !original.configurable) return () => {};
  let isWaiting = true;
  const touched = function (this: unknown): unknown {
    const stream: unknown = Reflect.apply(make, this, []);
    if (!isWaiting) return stream;
    stop();
    try {
      take(stream as object);
    } catch (error) {
      complain(`taking hold of ${name}`, error);
    }
    return stream;
  };
  const stop = () => {
    isWaiting = false;
    const current = Object.getOwnPropertyDescriptor(process, name);
    if (current?.get === touched) Object.defineProperty(process, name, original);
  };
  Object.defineProperty(process, name, { ...original, get: touched });
  return stop;
}
