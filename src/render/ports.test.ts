import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { DeclaredPort } from '../model/application.ts';
import { numberPorts } from './ports.ts';

const name = fc.stringMatching(/^[a-z][a-z0-9]{0,3}$/);
const number = fc.oneof(fc.integer({ min: 8078, max: 8090 }), fc.integer({ min: 1, max: 65535 }));

/** The rule in the plainest form: taken numbers first, then the names in order, counting up. */
function plainModel(ports: ReadonlyMap<string, number | undefined>): Map<string, number> {
  const taken = [...ports.values()].filter((port) => port !== undefined);
  const numbers = new Map<string, number>();
  for (const key of [...ports.keys()].sort()) {
    let given = ports.get(key);
    for (let free = 8080; given === undefined; free += 1) {
      if (!taken.includes(free) && ![...numbers.values()].includes(free)) given = free;
    }
    numbers.set(key, given);
  }
  return numbers;
}

it('numbers ports as the plain model does, whatever the order of declaration', () => {
  const declared = fc.uniqueArray(fc.tuple(name, fc.option(number, { nil: undefined })), {
    selector: ([key]) => key,
    maxLength: 20,
  });
  fc.assert(
    fc.property(declared, (entries) => {
      const given = entries.map(([, port]) => port).filter((port) => port !== undefined);
      fc.pre(new Set(given).size === given.length);
      const ports = entries.map(
        ([key, port]): DeclaredPort => ({
          type: 'port',
          name: key,
          protocol: 'TCP',
          at: null,
          ...(port === undefined ? {} : { number: port }),
        }),
      );
      const numbered = new Map([...numberPorts(ports)].map(([key, port]) => [key, port.number]));
      expect(numbered).toEqual(plainModel(new Map(entries)));
    }),
  );
});
