import { resolvePlainScalar } from '../../repository/plain-scalar.ts';
import { definition, definitionFile } from '../definitions.ts';

/** What a first repository is made for. */
export interface FirstRepository {
  readonly context: string;
  readonly namespace: string;
  readonly environment: string;
  /** The config image that its program will be; without it nothing runs the program yet. */
  readonly image: string | undefined;
}

/** The name of the first program, and of what runs it. */
export const FIRST_NAME = 'hello';

/** The first program's file. */
export const FIRST_PROGRAM = 'app/app.star';

/**
 * A binary that most clusters can pull, for who has none yet: agnhost 2.53, with which Kubernetes tests
 * itself, as the index of all its platforms.
 */
export const SAMPLE_BINARY =
  'registry.k8s.io/e2e-test-images/agnhost@sha256:99c6b4bb4a1e1df3f0b3752168c89358794d02258ebebc26bf21c29399011a85';

/** Where the first namespace is declared. */
export function firstIndex({ environment, namespace }: FirstRepository): string {
  return `${environment}/${namespace}/index.yaml`;
}

/** The files of a first repository, by their paths in it. */
export function firstFiles(wishes: FirstRepository): ReadonlyMap<string, string> {
  const documents = [settings(wishes), ...(wishes.image === undefined ? [] : [deployment(wishes)])];
  return new Map([
    [firstIndex(wishes), documents.join('---\n')],
    [FIRST_PROGRAM, program(wishes)],
    [FIRST_PROGRAM.replace('.star', '_test.star'), programTest(wishes)],
    [definitionFile('any'), definition('any')],
    [IGNORE_FILE, IGNORED],
  ]);
}

/** What git leaves alone. */
export const IGNORE_FILE = '.gitignore';

const IGNORED = `# The default database, with what SQLite and a recovery keep beside it. It says what was applied:
# everybody who pushes must share it, for which PostgreSQL and MySQL are made (DATABASE_URL).
*.sisyphus.db*
`;

function settings({ context, namespace }: FirstRepository): string {
  return `# yaml-language-server: $schema=../../${definitionFile('any')}
# A folder with an index.yaml is a namespace: all that is declared here lives in the namespace
# ${namespace}, which comes into being with it.
apiVersion: sisyphus/v1
kind: KubernetesYaml
metadata:
  name: settings
# In which clusters, by the names of kubeconfig contexts.
clusters:
  - ${scalar(context)}
# Plain Kubernetes objects, for whatever needs no program.
objects:
  - apiVersion: v1
    kind: ConfigMap
    metadata:
      name: settings
    data:
      greeting: Hello
`;
}

/** The document that runs the first program. */
export function deployment({ context, environment, image = '' }: FirstRepository): string {
  return `apiVersion: sisyphus/v1
kind: Deployment
metadata:
  name: ${FIRST_NAME}
config:
  # Which values the program chooses.
  env: ${scalar(environment)}
  # Each push looks up what the tag stands for now, and deploys exactly that.
  image: ${scalar(image)}
  # A Service in front: port 80 leads to the program's port "http", whatever its number.
  service:
    ports:
      http:
        number: 80
footprint:
  ${scalar(context)}:
    replicas: 1
`;
}

function program({ environment }: FirstRepository): string {
  return `"""How ${FIRST_NAME} runs: its arguments, ports and probes, in every environment."""

def main(ctx):
    """Sisyphus calls this for each Deployment that uses the image."""
    return Application(
        args = [
            "serve-hostname",
            "--port",
            # A port without a number gets a free one, from 8080 on.
            Port(name = "http"),
        ],
        readiness = HttpGetProbe(path = "/", port = "http"),
        resources = Resources(
            # A dict chooses by environment; in any other one this is left out.
            requests = {"cpu": {"${environment}": "10m"}, "memory": "16Mi"},
        ),
    )
`;
}

function programTest({ environment, namespace }: FirstRepository): string {
  return `"""Tests of ${FIRST_NAME}'s program, run by \`sisyphus config test\`."""

load("app.star", "main")

APP = main(ctx(name = "${FIRST_NAME}", namespace = "${namespace}", environment = "${environment}"))

def test_serves_hostnames():
    assert.contains(APP.args, "serve-hostname")

def test_asks_for_processor_time_in_${environment.replaceAll('-', '_')}():
    assert.eq(APP.resources.requests["cpu"], {"${environment}": "10m"})
`;
}

const BARE = /^[A-Za-z0-9](?:[A-Za-z0-9_./:@-]*[A-Za-z0-9])?$/;

/** A text as YAML: without quotes where every reader takes it for that text. */
function scalar(text: string): string {
  const isText = (['sisyphus', 'kubernetes'] as const).every(
    (reading) => resolvePlainScalar(text, reading) === text,
  );
  // What JSON makes of a text is YAML, too.
  return isText && BARE.test(text) ? text : JSON.stringify(text);
}
