import { expectAgreement } from './agreement.js';

/*
 * Compares as many spans and log records as it is told with what the official serializer that is installed makes of
 * them, and says so.
 */

const count = Number(process.argv[2]);
await expectAgreement(count);
process.stdout.write(`${count}\n`);
