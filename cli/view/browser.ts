import { messageOf } from './failure.js';
import { tell } from './telling.js';

/** Opens a page in the browser of whoever started this. Never rejects. */
export async function openBrowser(url: string): Promise<void> {
  try {
    const { default: open } = await import('open');
    const child = await open(url);
    child.once('error', ({ message }) => tell(`no browser could be opened: ${message}`));
    child.once('exit', (code) => {
      if (code) tell('no browser could be opened: there seems to be none');
    });
  } catch (error) {
    tell(`no browser could be opened: ${messageOf(error)}`);
  }
}
