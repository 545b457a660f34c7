/*
 * An app with an HTTP framework, as it was before. Ask it for `/kernel`.
 */
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { fastify } from 'fastify';

const app = fastify();

app.get('/kernel', async () => {
  const { stdout } = await promisify(execFile)('uname', ['-sr']);
  return { kernel: stdout.trim() };
});

process.once('SIGTERM', () => app.close());
const address = await app.listen({ port: Number(process.env.PORT ?? 0) });
process.stdout.write(`${address}\n`);
