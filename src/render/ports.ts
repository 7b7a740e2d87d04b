import type { Application, DeclaredPort, Port } from '../model/application.ts';
import { compareBytes } from '../model/object.ts';
import { programError } from './program-error.ts';

const FIRST_PORT = 8080;
const LAST_PORT = 65535;

/** Every port that an application uses as a value, in the order of use. */
export function declaredPorts({ args, env }: Application): DeclaredPort[] {
  const values = [...args, ...env.map((entry) => entry.value)];
  return values.filter((value) => value.type === 'port');
}

/**
 * Gives every port its number: declared ones keep theirs, the others are sorted by name and counted
 * up from 8080, skipping taken numbers.
 *
 * @returns the ports by name, in byte order of their names
 * @throws UserError for two numbers or protocols of one name, two names of one number, or none left
 */
export function numberPorts(declared: readonly DeclaredPort[]): ReadonlyMap<string, Port> {
  const merged = new Map<string, DeclaredPort>();
  for (const port of declared) merged.set(port.name, merge(merged.get(port.name), port));
  const taken = new Map<number, string>();
  for (const port of merged.values()) take(taken, port);

  const names = [...merged.keys()].sort(compareBytes);
  const numbered = new Map<string, Port>();
  let next = FIRST_PORT;
  for (const name of names) {
    const port = merged.get(name) as DeclaredPort;
    let number = port.number;
    if (number === undefined) {
      while (taken.has(next)) next += 1;
      if (next > LAST_PORT)
        throw programError(`no port number is left for port "${name}"`, port.at);
      number = next;
      next += 1;
    }
    numbered.set(name, { name, number, protocol: port.protocol });
  }
  return numbered;
}

function merge(known: DeclaredPort | undefined, port: DeclaredPort): DeclaredPort {
  if (known === undefined) return port;
  if (known.protocol !== port.protocol) {
    throw programError(
      `port "${port.name}" is declared as ${known.protocol} and as ${port.protocol}; give each protocol a port name of its own`,
      port.at,
    );
  }
  if (port.number === undefined) return known;
  if (known.number !== undefined && known.number !== port.number) {
    throw programError(
      `port "${port.name}" has two numbers, ${known.number} and ${port.number}`,
      port.at,
    );
  }
  return port;
}

function take(taken: Map<number, string>, port: DeclaredPort): void {
  if (port.number === undefined) return;
  const other = taken.get(port.number);
  if (other !== undefined) {
    throw programError(
      `port number ${port.number} has two names, "${other}" and "${port.name}"`,
      port.at,
    );
  }
  taken.set(port.number, port.name);
}
