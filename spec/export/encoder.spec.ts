import { expectAgreement } from './agreement/agreement.js';

describe('what an OtlpSpanProcessor and an OtlpLogRecordProcessor send', () => {
  it('is decoded as what the official serializer makes of 2,000 random spans and log records', async function () {
    this.timeout(60_000);
    await expectAgreement(2_000);
  });
});
