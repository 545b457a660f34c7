import type * as Inspector from 'node:inspector';
import { createRequire } from 'node:module';
import { pathToFileURL } from 'node:url';

/**
 * The addresses of the scripts that this thread has loaded, CommonJS and ESM, as the engine knows them: Node tells
 * of no ESM module that was loaded. It takes some milliseconds, more in a large program, so that it is asked only
 * where something is amiss. Where there is no inspector, or none is allowed, CommonJS alone is known.
 * @see https://chromedevtools.github.io/devtools-protocol/v8/Debugger/#event-scriptParsed
 */
export function loadedScripts(): readonly string[] {
  const require = createRequire(process.execPath);
  try {
    return askInspector(require);
  } catch {
    return Object.keys(require.cache).map((path) => pathToFileURL(path).href);
  }
}

function askInspector(require: NodeJS.Require): readonly string[] {
  const { Session } = require('node:inspector') as typeof Inspector;
  const session = new Session();
  session.connect();
  try {
    const urls: string[] = [];
    session.on('Debugger.scriptParsed', ({ params }) => urls.push(params.url));
    session.post('Debugger.enable');
    session.post('Debugger.disable');
    return urls;
  } finally {
    session.disconnect();
  }
}
