/**
 * The process that is measured. It runs one of the programs, as a server or as work on demand, and answers questions
 * over the IPC channel. Whether it is recorded is decided from outside, by the way it is started (recording.mjs).
 *
 * Messages in: { ask: 'cpu' } and { ask: 'work', count }; each is answered by one message.
 */
const program = await import(`../programs/${process.argv[2]}.mjs`);

const answers = {
  /** CPU time of the whole process, all its threads, so far: µs. */
  cpu() {
    const { user, system } = process.cpuUsage();
    return user + system;
  },
  work: ({ count }) => program.work(count),
};

process.on('message', async (message) => {
  process.send({ answer: await answers[message.ask](message) });
});
process.on('disconnect', () => process.exit());

if (program.handle === undefined) {
  process.send({ port: undefined });
} else {
  const { createServer } = await import('node:http');
  // Longer than a process ever waits for its turn: on a busy machine a connection would be closed meanwhile, and the bench
  // hang. The timer is armed all the same.
  const server = createServer({ keepAliveTimeout: 600_000 }, program.handle);
  server.listen(0, '127.0.0.1', () => process.send({ port: server.address().port }));
}
