import * as z from 'zod/mini';

/**
 * The one definition of the Sisyphus kinds: validates documents, names the fields in errors, and
 * makes the JSON Schemas for editors. Messages complete the sentence "`field`: …".
 */

/** The apiVersion of all Sisyphus documents. */
export const SISYPHUS_API_VERSION = 'sisyphus/v1';

/** Kubernetes' name rules: RFC 1123 labels and subdomains (apimachinery, util/validation). */
const LABEL = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?$/;
const SUBDOMAIN = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/;
const PRINTABLE = /^\P{C}*$/u;
const SECRET_KEY = /^[-._a-zA-Z0-9]+$/;
const LABEL_MAX_LENGTH = 63;
const SUBDOMAIN_MAX_LENGTH = 253;
/** The CronJob controller adds eleven characters to a CronJob's name to name its Jobs. */
const CRON_JOB_NAME_MAX_LENGTH = 52;
const PORT_MAX = 65_535;
const REPLICAS_MAX = 2 ** 31 - 1;

/** True for what may be a namespace's name. */
export function isLabel(name: string): boolean {
  return name.length <= LABEL_MAX_LENGTH && LABEL.test(name);
}

/** What `isLabel` asks for, to end a sentence with. */
export const LABEL_RULE = `lower-case letters, digits and \`-\`, at most ${LABEL_MAX_LENGTH} characters, with a letter or digit at both ends`;

const text = (description: string) =>
  z
    .string()
    .check(
      z.minLength(1, 'must not be empty.'),
      z.regex(PRINTABLE, 'must not contain control characters.'),
      z.describe(description),
    );

const label = (description: string, maxLength = LABEL_MAX_LENGTH) =>
  z
    .string()
    .check(
      z.regex(LABEL, `expected ${LABEL_RULE}.`),
      z.maxLength(maxLength, `expected at most ${maxLength} characters.`),
      z.describe(description),
    );

const mapOf = <T extends z.ZodMiniType>(value: T, description: string) =>
  z.record(z.string(), value).check(z.describe(description));

const anyText = (description: string) => z.string().check(z.describe(description));

const metadata = <T extends z.ZodMiniType<string>>(name: T) =>
  z
    .strictObject({
      name,
      labels: z.nullish(
        mapOf(anyText("A label's value."), 'Labels added to those of the program; these win.'),
      ),
      annotations: z.nullish(
        mapOf(anyText("An annotation's value."), 'Annotations of the object and its pods.'),
      ),
    })
    .check(z.describe('Names the declaration, and what its objects carry.'));

const secretKeyRef = z
  .strictObject({
    name: z
      .string()
      .check(
        z.regex(
          SUBDOMAIN,
          'expected the name of a Secret: lower-case letters, digits, `-` and `.`.',
        ),
        z.maxLength(SUBDOMAIN_MAX_LENGTH, `expected at most ${SUBDOMAIN_MAX_LENGTH} characters.`),
        z.describe("The Secret's name, in the same namespace."),
      ),
    key: z
      .string()
      .check(
        z.regex(SECRET_KEY, 'expected a key of a Secret: letters, digits, `-`, `_` and `.`.'),
        z.maxLength(SUBDOMAIN_MAX_LENGTH, `expected at most ${SUBDOMAIN_MAX_LENGTH} characters.`),
        z.describe('The key in that Secret.'),
      ),
  })
  .check(z.describe('Which key of which Secret holds the value.'));

const program = {
  env: text('The environment that the program is evaluated for, such as `prod`.'),
  image: text("The config image's reference; a tag is resolved to a digest at each push."),
  variables: z.nullish(
    mapOf(
      z
        .strictObject({ secretKeyRef })
        .check(z.describe('Where the variable takes its value from.')),
      'Where each StringVariable and FileVariable takes its value from, by its name.',
    ),
  ),
};

const port = z
  .int()
  .check(
    z.gte(1, `expected a port from 1 to ${PORT_MAX}.`),
    z.lte(PORT_MAX, `expected a port from 1 to ${PORT_MAX}.`),
    z.describe('The port of the Service.'),
  );

const service = z
  .strictObject({
    ports: z.nullish(
      mapOf(
        z
          .strictObject({
            name: z.nullish(label("The Service port's name; the program's where it is left out.")),
            number: port,
          })
          .check(z.describe("A port of the Service that leads to the program's port.")),
        "The Service's ports, by the name of the program's port.",
      ),
    ),
  })
  .check(z.describe('The Service in front of the Deployment; none without ports.'));

const replicas = z
  .int()
  .check(
    z.gte(0, 'expected 0 or more.'),
    z.lte(REPLICAS_MAX, `expected at most ${REPLICAS_MAX}.`),
    z.describe('How many pods run; left out where an autoscaler decides.'),
  );

const document = <Kind extends string>(kind: Kind) => ({
  apiVersion: z.literal(SISYPHUS_API_VERSION).check(z.describe('The version of these documents.')),
  kind: z.literal(kind).check(z.describe('What the document declares.')),
});

const CONFIG = 'The program, and what it is told.';

const deployment = z
  .strictObject({
    ...document('Deployment'),
    metadata: metadata(label('The name of the Deployment, its container and its Service.')),
    config: z.strictObject({ ...program, service: z.nullish(service) }).check(z.describe(CONFIG)),
    footprint: mapOf(
      z
        .strictObject({ replicas: z.nullish(replicas) })
        .check(z.describe('How it runs in this cluster.')),
      'Where it runs, by the name of a kubeconfig context.',
    ),
  })
  .check(z.describe('A program that always runs.'));

const cronJob = z
  .strictObject({
    ...document('CronJob'),
    metadata: metadata(label('The name of the CronJob.', CRON_JOB_NAME_MAX_LENGTH)),
    config: z
      .strictObject({
        ...program,
        schedule: text('When it runs, in cron syntax.'),
        concurrencyPolicy: z.nullish(
          z
            .enum(['Allow', 'Forbid', 'Replace'])
            .check(z.describe('What happens while the last run has not finished.')),
        ),
        restartPolicy: z.nullish(
          z
            .enum(['OnFailure', 'Never'])
            .check(
              z.describe('Whether a failed container is started again; OnFailure by default.'),
            ),
        ),
      })
      .check(z.describe(CONFIG)),
    footprint: mapOf(
      z.nullable(z.strictObject({}).check(z.describe('It runs in this cluster.'))),
      'Where it runs, by the name of a kubeconfig context.',
    ),
  })
  .check(z.describe('A program that runs by the clock.'));

/** One entry of `sources`. */
export const SOURCE = text('A file, relative to the one that names it.');

const sources = z.array(SOURCE);

/** An inline object of a KubernetesYaml: read by itself, because it may be a list (objects.ts). */
export const INLINE_OBJECT = z.unknown();

const kubernetesYaml = z
  .strictObject({
    ...document('KubernetesYaml'),
    metadata: z
      .strictObject({
        name: text('A name for the declaration.').check(
          z.maxLength(SUBDOMAIN_MAX_LENGTH, `expected at most ${SUBDOMAIN_MAX_LENGTH} characters.`),
        ),
      })
      .check(z.describe('Names the declaration.')),
    clusters: z
      .array(text('The name of a kubeconfig context.'))
      .check(z.describe('The clusters that get the objects.')),
    objects: z.nullish(z.array(INLINE_OBJECT).check(z.describe('Kubernetes objects, inline.'))),
    sources: z.nullish(sources.check(z.describe('Files of Kubernetes objects, YAML or JSON.'))),
  })
  .check(z.describe('Plain Kubernetes objects.'));

const sisyphusYaml = z
  .strictObject({
    ...document('SisyphusYaml'),
    metadata: z.nullish(
      z
        .strictObject({ name: z.nullish(text('A name for the document.')) })
        .check(z.describe('Names the document.')),
    ),
    sources: sources.check(z.describe('Files of Sisyphus documents.')),
  })
  .check(z.describe('More files of Sisyphus documents for the same folder.'));

/** The schema of each kind of document. */
export const SCHEMAS = {
  Deployment: deployment,
  CronJob: cronJob,
  KubernetesYaml: kubernetesYaml,
  SisyphusYaml: sisyphusYaml,
} as const;

/** The kinds of Sisyphus documents. */
export type SisyphusKind = keyof typeof SCHEMAS;

/** All kinds of Sisyphus documents. */
export const SISYPHUS_KINDS = Object.keys(SCHEMAS) as SisyphusKind[];

/** A valid document of one kind. */
export type ValidDocument<Kind extends SisyphusKind> = z.infer<(typeof SCHEMAS)[Kind]>;
