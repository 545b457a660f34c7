import { expect } from 'chai';
import { Shop } from '../shop.js';
import { pageWidth } from './in-page/timeline.js';
import { OpenPage, SIZES } from './open-page.js';

/** Takes a picture for who wants to look, where a folder for it is named. */
async function take({ page }: OpenPage, name: string): Promise<void> {
  const { PICTURES } = process.env;
  if (PICTURES !== undefined) await page.screenshot({ path: `${PICTURES}/${name}.png` });
}

async function trade(shop: Shop): Promise<void> {
  expect(await shop.get('/basket')).to.equal(200);
  expect(await shop.get('/nowhere')).to.equal(404);
  expect(await shop.get('/checkout')).to.equal(201);
}

describe('the page in a program that is no exec server', () => {
  it('shows its spans by their own names, joined to what outlives them', async () => {
    await using shop = await Shop.open({ path: '/live/' });
    await using open = await OpenPage.open(`${shop.origin}/live`);
    await open.connected();
    expect(open.page.url()).to.equal(`${shop.origin}/live/`);
    expect(await open.page.title()).to.equal('shop, live');
    await open.says('#empty', 'Nothing has run yet');
    await trade(shop);
    await open.says('#about', '5 lifelines');
    await open.says('#details .running', 'deliver parcel');
    await open.page.getByRole('button', { name: 'deliver parcel' }).click();
    await open.badge('running');
    await open.says('#details .relatives', 'Started by ✓ GET /checkout');
    expect(await open.attributes()).to.include({ kind: 'PRODUCER', name: 'deliver parcel' });
    expect((await open.grown('--running', 1)).width).to.be.above(1);
    shop.deliver();
    await open.badge('success');
    await open.page.getByRole('button', { name: 'GET /checkout' }).click();
    await open.says('#details .relatives', /^Started ✓ charge card✓ deliver parcel$/);
    expect(await open.attributes()).to.include({ 'http.response.status_code': '201' });
    await open.page.locator('#event-list .row', { hasText: 'refused' }).click();
    await open.badge('error');
    await open.says('#details .title', 'GET /nowhere');
    await take(open, 'program-light');
    expect(open.faults).to.deep.equal([]);
  });

  it('charts whatever histograms and counters came, by their names and units', async () => {
    await using shop = await Shop.open();
    await using open = await OpenPage.open(`${shop.origin}/`);
    await open.connected();
    await trade(shop);
    await open.says('figure:has(h2:text-is("shop.checkout.duration")) .now', /p50 .* ms.*p99/);
    await open.says('figure:has(h2:text-is("shop.orders")) .now', /per second 0\.\d/);
    expect(await open.page.locator('#charts h2').allTextContents()).to.deep.equal([
      'shop.checkout.duration',
      'shop.orders',
    ]);
  });

  it('charts what its program chose, and nothing else', async () => {
    const lines = [{ metric: 'shop.orders', label: 'orders' }];
    const charts = [{ title: 'Orders per second', shows: 'rate', lines }] as const;
    await using shop = await Shop.open({ charts });
    await using open = await OpenPage.open(`${shop.origin}/`);
    await open.connected();
    await trade(shop);
    await open.says('figure:has(h2:text-is("Orders per second")) .now', /orders 0\.\d/);
    expect(await open.page.locator('#charts figure').count()).to.equal(1);
  });

  it('has no command bar, no buttons and no output where there is no host', async () => {
    await using shop = await Shop.open();
    await using open = await OpenPage.open(`${shop.origin}/`);
    await open.connected();
    await trade(shop);
    await open.page.getByRole('button', { name: 'deliver parcel' }).click();
    await open.badge('running');
    for (const absent of ['form#command', '.controls', 'pre.output', '.examples']) {
      expect(await open.page.locator(absent).count(), absent).to.equal(0);
    }
    const { status } = await fetch(`${shop.origin}/page/run`, { method: 'POST' });
    expect(status, "a path that is the shop's").to.equal(404);
  });

  it('offers what its host does, as text, and says what the host says went wrong', async () => {
    const done: unknown[] = [];
    await using shop = await Shop.open({
      host: {
        subjectAttribute: 'order',
        find: (order) => ({ name: `order <b>${order}</b>`, actionable: true }),
        commands: {
          placeholder: 'Search the shop',
          run: async (command) => {
            done.push(command.line);
            shop.tracer.startSpan('search', { attributes: { order: command.subject } });
            if (command.line === 'gone') throw new Error('nothing was found');
          },
        },
        actions: [
          { name: 'cancel', label: 'Cancel', perform: async (...all) => void done.push(all) },
        ],
      },
    });
    await using open = await OpenPage.open(`${shop.origin}/`);
    await open.connected();
    const bar = open.page.getByPlaceholder('Search the shop');
    await bar.fill('shoes');
    await bar.press('Enter');
    await open.says('#details .title', /^order <b>.*<\/b>$/);
    await open.page.getByRole('button', { name: 'Cancel' }).click();
    await bar.fill('gone');
    await bar.press('Enter');
    await open.says('#command-error', 'gone: nothing was found');
    const [, cancelled] = done as [string, [string, undefined]];
    expect(done).to.deep.equal(['shoes', cancelled, 'gone']);
    expect(cancelled[0]).to.match(/^[\da-f-]{36}$/);
    expect(await open.page.locator('[name=mode], pre.output').count()).to.equal(0);
    expect(open.faults).to.deep.equal([]);
  });

  it('filters log records by directives, and shows their values as text', async () => {
    await using shop = await Shop.open();
    await using open = await OpenPage.open(`${shop.origin}/`);
    await open.connected();
    await trade(shop);
    await open.says('#event-count', /^2$/);
    await open.page.getByLabel('Filter').fill('shop=warn');
    await open.says('#event-count', '1 of 2');
    await open.page.getByLabel('Filter').fill('shop.orders=loud');
    await open.says('#filter-error', '"shop.orders=loud"');
    await open.page.getByLabel('Filter').fill('');
    await open.says('#event-list', '<script>document.title = "owned"</script>');
    expect(await open.page.title()).to.equal('shop, live');
    expect(await open.page.locator('main script').count()).to.equal(0);
  });

  it('says that the connection is lost, and shows what ran then as what nobody saw the end of', async () => {
    await using shop = await Shop.open();
    const { port } = shop;
    await using open = await OpenPage.open(`${shop.origin}/`);
    await open.connected();
    await shop.get('/checkout');
    await open.page.getByRole('button', { name: 'deliver parcel' }).click();
    await open.badge('running');
    await shop.close();
    await open.says('#banner', 'The connection to the server is lost');
    await using _ = await Shop.open({}, port);
    await open.badge('end not seen');
    await open.says('#banner', 'The server was restarted');
    await open.says('#legend', 'end not seen');
  });

  it('can be used with the keyboard alone', async () => {
    await using shop = await Shop.open();
    await using open = await OpenPage.open(`${shop.origin}/`);
    await open.connected();
    await trade(shop);
    await open.says('#about', '5 lifelines');
    const { keyboard } = open.page;
    await open.page.locator('#lifelines-area').focus();
    await keyboard.press('ArrowUp');
    await open.says('#announcement', 'deliver parcel, running');
    await keyboard.press('ArrowUp');
    await open.says('#announcement', 'charge card, success');
    await keyboard.press('Enter');
    await keyboard.press('Enter');
    await open.says('#details', 'Running now');
  });

  for (const colorScheme of ['light', 'dark'] as const) {
    it(`has no serious accessibility violation at any width (${colorScheme})`, async () => {
      await using shop = await Shop.open();
      await using open = await OpenPage.open(`${shop.origin}/`, {
        colorScheme,
        reducedMotion: 'reduce',
      });
      await open.connected();
      expect(await open.violations()).to.deep.equal([]);
      await trade(shop);
      await open.says('figure:has(h2:text-is("shop.orders")) .now', 'per second 0');
      await open.page.locator('#event-list .row', { hasText: 'ordered' }).click();
      await open.badge('success');
      for (const size of [...SIZES, { width: 320, height: 640 }]) {
        await open.page.setViewportSize(size);
        expect(await open.violations(), `${size.width} pixels`).to.deep.equal([]);
        expect(await open.page.evaluate(pageWidth)).to.be.at.most(size.width);
        await take(open, `program-${colorScheme}-${size.width}`);
      }
    });
  }
});
