import type { ConstructorSpec } from '../starlark/protocol.ts';

/** A word that programs have beside the language's own, as it is checked and as it is explained. */
export interface Word {
  readonly name: string;
  readonly description: string;
  /** Whether arguments must be named. */
  readonly keywordOnly: boolean;
  readonly parameters: readonly WordParameter[];
}

/** What a word takes. Types are those of Python's stubs (see stubs.ts). */
export interface WordParameter {
  readonly name: string;
  readonly required: boolean;
  readonly type: string;
  readonly description: string;
}

type Parameters = Readonly<Record<string, readonly [type: string, description: string]>>;

function word(
  name: string,
  description: string,
  required: Parameters,
  optional: Parameters = {},
): Word {
  const list = (parameters: Parameters, isRequired: boolean) =>
    Object.entries(parameters).map(([parameter, [type, text]]) => {
      return { name: parameter, required: isRequired, type, description: text };
    });
  const parameters = [...list(required, true), ...list(optional, false)];
  return { name, description, keywordOnly: false, parameters };
}

const SCALARS = 'Mapping[str, ByEnvironment[Scalar]]';
const PROBE = 'ByEnvironment[HttpGetProbeValue]';
const NUMBER = 'ByEnvironment[int]';

/** The words in the order in which they are explained. */
export const WORDS: readonly Word[] = [
  {
    ...word(
      'Application',
      'How a program runs: what `main` returns.',
      {},
      {
        args: [
          'Sequence[ByEnvironment[Scalar | PortValue | FileVariableValue]]',
          'The command line arguments.',
        ],
        env: [
          'Mapping[str, ByEnvironment[Scalar | PortValue | StringVariableValue | FileVariableValue]]',
          'The environment variables by name.',
        ],
        labels: [SCALARS, 'Labels of the objects and pods; those of the YAML win.'],
        liveness: [PROBE, 'Restarts the container when it fails.'],
        readiness: [PROBE, 'Keeps requests away until it succeeds.'],
        resources: ['ByEnvironment[ResourcesValue]', 'What the container asks for and may use.'],
        startup: [PROBE, 'Holds the other probes back until it succeeds.'],
      },
    ),
    keywordOnly: true,
  },
  word(
    'Port',
    'A port that the program listens on; as a value it is its number.',
    { name: ['str', 'How the Service and the probes name it.'] },
    {
      number: [NUMBER, 'Without one it gets the next free number, from 8080 on in order of names.'],
      protocol: ['ByEnvironment[str]', '"TCP", which is the default, or "UDP".'],
    },
  ),
  word('StringVariable', 'A value from a Secret, for `env` only.', {
    name: ['str', 'The name under `config.variables` of the YAML, which names the Secret.'],
  }),
  word('FileVariable', 'A value from a Secret as a file; as a value it is its path.', {
    name: ['str', 'The name under `config.variables` of the YAML, which names the Secret.'],
    path: ['str', 'Where the file is: an absolute path with a folder, as /etc/app/key.'],
  }),
  word(
    'HttpGetProbe',
    'A probe that asks the program by HTTP. It succeeds with a status from 200 to 399.',
    {
      path: ['ByEnvironment[str]', 'What is asked for, as /healthz.'],
      port: ['ByEnvironment[str | PortValue]', 'The name of a port that the program declares.'],
    },
    {
      initial_delay: [NUMBER, 'Seconds before the first attempt.'],
      period: [NUMBER, 'Seconds from one attempt to the next; 10 by default.'],
      timeout: [NUMBER, 'Seconds that an answer may take; 1 by default.'],
      success_threshold: [NUMBER, 'Successes in a row that it takes; 1 by default.'],
      failure_threshold: [NUMBER, 'Failures in a row that it takes; 3 by default.'],
    },
  ),
  word(
    'Resources',
    'What a container asks for and what it may use at most, as in Kubernetes.',
    {},
    {
      requests: [SCALARS, 'By resource, as {"cpu": "250m", "memory": "1Gi"}.'],
      limits: [SCALARS, 'By resource, as {"memory": "2Gi"}.'],
    },
  ),
];

/** The words as the engine needs to know them. */
export const VOCABULARY: readonly ConstructorSpec[] = WORDS.map((one) => ({
  name: one.name,
  keywordOnly: one.keywordOnly,
  parameters: one.parameters.map(({ name, required }) => ({ name, required })),
}));

/** What a program may ask of its `ctx`, by method. */
export const CONTEXT = {
  name: "The declaration's name.",
  namespace: 'The namespace.',
  cluster: 'The context of the cluster that is rendered for.',
  environment: "The environment: the YAML's `config.env`.",
} as const;
