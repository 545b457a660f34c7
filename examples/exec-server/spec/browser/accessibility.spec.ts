import { expect } from 'chai';
import { pageWidth } from '../../../../cli/spec/browser/in-page/timeline.js';
import { OpenPage, SIZES } from '../../../../cli/spec/browser/open-page.js';
import { PageServing } from './page-serving.js';

describe('the page with a command bar, for everybody', () => {
  for (const colorScheme of ['light', 'dark'] as const) {
    it(`has no serious accessibility violation while it is empty, full or lost (${colorScheme})`, async () => {
      await using serving = await PageServing.start();
      await using open = await OpenPage.open(serving.url, { colorScheme, reducedMotion: 'reduce' });
      await open.connected();
      expect(await open.violations()).to.deep.equal([]);
      await open.run('no-such-program', 'direct');
      await open.badge('not started');
      await open.run('echo out; echo err >&2; exit 3');
      await open.badge('error');
      await open.run('sleep 60', 'direct');
      await open.badge('running');
      await open.page.getByLabel('Filter').fill('codex=loud');
      await open.says('#filter-error', 'codex=loud');
      for (const size of SIZES) {
        await open.page.setViewportSize(size);
        expect(await open.violations()).to.deep.equal([]);
      }
      await open.page.getByRole('button', { name: 'Close' }).click();
      await open.says('#details', 'Running now');
      expect(await open.violations()).to.deep.equal([]);
      await serving.stop();
      await open.says('#banner', 'lost');
      expect(await open.violations()).to.deep.equal([]);
    });
  }

  it('fits every width without scrolling sideways', async () => {
    await using serving = await PageServing.start();
    await using open = await OpenPage.open(serving.url);
    await open.connected();
    await open.run(`echo ${'x'.repeat(300)}; sleep 60`);
    await open.says('pre.output', 'xxx');
    for (const size of [...SIZES, { width: 320, height: 640 }]) {
      await open.page.setViewportSize(size);
      const wide = await open.page.evaluate(pageWidth);
      expect(wide).to.be.at.most(size.width);
    }
  });
});
