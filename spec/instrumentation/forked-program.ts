const [, , order = ''] = process.argv;

if (order === 'stay') {
  process.on('disconnect', () => process.exit());
} else if (order === 'echo') {
  process.once('message', (message) => {
    process.send?.({ message, traceparent: process.env.TRACEPARENT });
    process.disconnect();
  });
} else {
  process.exitCode = Number(order);
}
