import type { DeclaredPort, Port } from '../model/application.ts';
import { UserError } from '../model/errors.ts';
import { numberPorts } from '../render/ports.ts';
import { variableFor } from './variable-name.ts';

/** Environment variables, as in `process.env`. */
export type Environment = Readonly<Record<string, string | undefined>>;

/**
 * Numbers ports as in a cluster, except for those that a variable such as `PORT_HTTP` gives a number. A
 * port whose number such a variable took gets the next free one, unless the program insists on it.
 *
 * @throws UserError for a variable that is no port number, and what {@link numberPorts} throws
 */
export function localPorts(
  declared: readonly DeclaredPort[],
  environment: Environment,
): ReadonlyMap<string, Port> {
  const rendered = numberPorts(declared);
  const chosen = new Map<string, number>();
  for (const name of rendered.keys()) {
    const number = chosenNumber(name, environment);
    if (number !== undefined) chosen.set(name, number);
  }
  const taken = new Set(chosen.values());
  return numberPorts(
    declared.map((port) => {
      const number = chosen.get(port.name) ?? port.number ?? rendered.get(port.name)?.number;
      const isFree = chosen.has(port.name) || port.number !== undefined || !taken.has(number ?? 0);
      return number !== undefined && isFree ? { ...port, number } : port;
    }),
  );
}

function chosenNumber(name: string, environment: Environment): number | undefined {
  const variable = `PORT_${variableFor(name)}`;
  const text = environment[variable];
  if (text === undefined || text === '') return undefined;
  if (/^[0-9]{1,5}$/.test(text) && Number(text) >= 1 && Number(text) <= 65_535) return Number(text);
  throw new UserError(`${variable} is ${JSON.stringify(text.slice(0, 60))}`, {
    code: 'invalid-port',
    hint: 'expected a port number from 1 to 65535',
  });
}
