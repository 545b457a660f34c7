import { readFileSync } from 'node:fs';
import { expect } from 'chai';
import { viewCommand } from '../../view/command.js';
import { LIMITS } from '../../view/limits.js';

const text = readFileSync(new URL('../../../../docs/view.md', import.meta.url), 'utf8');

describe('docs/view.md', () => {
  it('has the options that the help has', () => {
    const rows = [...text.matchAll(/^\| `(--.*)` \| (.*) \|$/gm)].map(([, flags, what]) => [
      flags,
      what,
    ]);
    const options = viewCommand().options.map((option) => {
      const { flags, description, defaultValue, argChoices } = option;
      if (argChoices) return [flags, description.replace(' (', `: ${argChoices.join(' or ')} (`)];
      const isTold = typeof defaultValue === 'string';
      return [flags, isTold ? `${description} (default: ${defaultValue})` : description];
    });
    expect(rows).to.deep.equal(options);
  });

  it('has the limits that there are', () => {
    const { bodyBytes, readingBytes, connections, recordingBytes, unsavedBytes, lineBytes } =
      LIMITS;
    const mebibytes = (bytes: number) => `${(bytes / 1024 / 1024).toLocaleString('en')} MiB`;
    const table = text.slice(text.indexOf('| at most | |'));
    const rows = [...table.matchAll(/^\| .* \| (\d.*) \|$/gm)].map(([, limit]) => limit);
    expect(rows).to.deep.equal([
      mebibytes(bodyBytes),
      mebibytes(readingBytes),
      String(connections),
      `${LIMITS.headersMillis / 1_000} s, ${LIMITS.requestMillis / 1_000} s`,
      mebibytes(recordingBytes),
      mebibytes(unsavedBytes),
      mebibytes(lineBytes),
    ]);
  });
});
