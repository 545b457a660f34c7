/**
 * A program that counts the signals that come, tells each on stdout, and ends with SIGTERM's second.
 * It tells `ready` when it listens, and ends with its stdin too.
 */
export const COUNTING_PROGRAM = `
  const counts = {};
  for (const signal of ['SIGHUP', 'SIGINT', 'SIGQUIT', 'SIGUSR1', 'SIGUSR2', 'SIGALRM', 'SIGWINCH', 'SIGTERM']) {
    process.on(signal, () => {
      counts[signal] = (counts[signal] ?? 0) + 1;
      console.log(signal + ' ' + counts[signal]);
      if (counts.SIGTERM === 2) process.exit(7);
    });
  }
  const end = () => process.exit();
  process.stdin.on('end', end).on('error', end).resume();
  console.log('ready');
`;
