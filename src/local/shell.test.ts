import { execaSync } from 'execa';
import { expect, it } from 'vitest';
import { formatCommand } from './shell.ts';
import { type LocalCommand, plain } from './value.ts';

/** What a real shell makes of a printed command: its arguments, and its environment beside ours. */
function shellMakes(command: LocalCommand, env: Record<string, string> = {}) {
  const show = 'console.log(JSON.stringify([process.argv.slice(1), process.env]))';
  const program = process.execPath;
  const args = [plain('-e'), plain(show), plain('--'), ...command.args];
  const script = formatCommand({ ...command, program, args });
  const { stdout } = execaSync('sh', ['-c', script], { env, extendEnv: false });
  const [words, environment] = JSON.parse(stdout);
  return { words, environment };
}

const hostile = ["it's", '$HOME `id` "x" \\', '', 'a\nb', '~', '=x', '!1', '*', '-n', 'ü'];

it('prints commands that a shell reads back as they were', () => {
  const env = hostile.map((text, i) => ({ name: `E${i}`, value: plain(text) }));
  const { words, environment } = shellMakes({ program: '', args: hostile.map(plain), env });
  expect(words).toEqual(hostile);
  for (const [i, text] of hostile.entries()) expect(environment[`E${i}`]).toBe(text);
});

it('prints variables as references, alone and within a word', () => {
  const variable = { type: 'variable', variable: 'SECRET_TOKEN' } as const;
  const command: LocalCommand = {
    program: './echo',
    args: [[{ type: 'text', text: 'token="$x",' }, variable, { type: 'text', text: '`x' }]],
    env: [{ name: 'TOKEN', value: [variable] }],
  };
  expect(formatCommand(command)).toBe(
    `TOKEN="$SECRET_TOKEN" \\\n./echo "token=\\"\\$x\\",\${SECRET_TOKEN}\\\`x"`,
  );
  const { words, environment } = shellMakes(command, { SECRET_TOKEN: 'a "b" $c' });
  expect(words).toEqual(['token="$x",a "b" $c`x']);
  expect(environment.TOKEN).toBe('a "b" $c');
});

it('lets env set what is no name for a shell', () => {
  const env = [{ name: 'my.setting', value: plain('x y') }];
  const command: LocalCommand = { program: 'echo', args: [], env };
  expect(formatCommand(command)).toBe("env \\\nmy.setting='x y' \\\necho");
  expect(shellMakes(command).environment['my.setting']).toBe('x y');
});
