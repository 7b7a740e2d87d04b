import type { ConstructorSpec } from '../starlark/protocol.ts';

function word(name: string, required: string[], optional: string[]): ConstructorSpec {
  const parameters = [
    ...required.map((parameter) => ({ name: parameter, required: true })),
    ...optional.map((parameter) => ({ name: parameter, required: false })),
  ];
  return { name, keywordOnly: false, parameters };
}

const application = ['args', 'env', 'labels', 'liveness', 'readiness', 'resources', 'startup'];
const probeTimes = ['initial_delay', 'period', 'timeout', 'success_threshold', 'failure_threshold'];

/** The words that programs have beside the language's own. */
export const VOCABULARY: readonly ConstructorSpec[] = [
  { ...word('Application', [], application), keywordOnly: true },
  word('Port', ['name'], ['number', 'protocol']),
  word('StringVariable', ['name'], []),
  word('FileVariable', ['name', 'path'], []),
  word('HttpGetProbe', ['path', 'port'], probeTimes),
  word('Resources', [], ['requests', 'limits']),
];
