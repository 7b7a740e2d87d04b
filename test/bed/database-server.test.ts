import { once } from 'node:events';
import { access } from 'node:fs/promises';
import { connect } from 'node:net';
import { dirname } from 'node:path';
import { execa } from 'execa';
import { describe, expect, inject, it, vi } from 'vitest';

const servers = [
  { name: 'postgres', start: 'startPostgres', folderOf: (socket: string) => socket },
  { name: 'mariadb', start: 'startMariadb', folderOf: dirname },
] as const;
const wanted = servers.filter(({ name }) => inject('databases')[name]?.bed !== undefined);

describe.runIf(wanted.length > 0)('a database server of the bed', () => {
  it.each(wanted)('goes with the process that started it: $name', async (server) => {
    const module = new URL(`./${server.name}.ts`, import.meta.url).href;
    const parent = execa(
      process.execPath,
      [
        ...['--import', import.meta.resolve('tsx'), '--input-type=module', '--eval'],
        `const { ${server.start} } = await import(${JSON.stringify(module)});
        const { url, socket } = await ${server.start}();
        console.log(JSON.stringify({ url, socket }));
        setInterval(() => {}, 1000);`,
      ],
      { reject: false, buffer: false },
    );
    const [line] = await once(parent.stdout, 'data');
    const { url, socket } = JSON.parse(String(line));
    await answers(url);
    parent.kill('SIGKILL');
    await parent;
    await vi.waitFor(
      async () => {
        await expect(answers(url)).rejects.toThrow(/ECONNREFUSED/);
        await expect(access(server.folderOf(socket))).rejects.toThrow(/ENOENT/);
      },
      { timeout: 20_000, interval: 50 },
    );
  });
});

/** Settles when something listens at the port of a URL. */
async function answers(url: string): Promise<void> {
  const socket = connect(Number(new URL(url).port), '127.0.0.1');
  await once(socket, 'connect');
  socket.destroy();
}
