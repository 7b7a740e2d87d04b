import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { stringify } from 'yaml';
import { pushConfigImage } from '../bed/config-image.ts';
import { digestOf } from '../bed/oci.ts';
import type { Registry } from '../bed/registry.ts';

/** How much there is to deploy: 440 objects in two clusters. */
export const workload = {
  applications: 100,
  namespaces: 10,
  images: 50,
  clusters: ['east', 'west'],
};

/** Objects in all clusters: a Deployment and a Service each, a Namespace and a Secret each. */
export const objectCount =
  (workload.applications * 2 + workload.namespaces * 2) * workload.clusters.length;

/**
 * Pushes config images under the tag `latest`; another version is another digest.
 * @param count how many of them, from the first on
 */
export async function pushImages(
  registry: Registry,
  version: string,
  count = workload.images,
): Promise<void> {
  for (let image = 0; image < count; image += 1) {
    await pushConfigImage(registry, {
      repository: `bench/image-${image}_config`,
      tag: 'latest',
      files: { 'bench/main.star': main(image, version), 'bench/lib/defaults.star': defaults },
      entrypoint: 'bench/main.star',
      binary: {
        repository: `registry.example/bench/image-${image}`,
        digest: digestOf(Buffer.from(`${image} ${version}`)),
      },
    });
  }
}

/**
 * Writes a monitor directory of the whole workload.
 * @param prefix begins the names of its namespaces, so that a cluster has never seen them
 */
export async function writeRepository(
  folder: string,
  prefix: string,
  registry: Registry,
): Promise<void> {
  const perNamespace = workload.applications / workload.namespaces;
  for (let namespace = 0; namespace < workload.namespaces; namespace += 1) {
    const documents: object[] = [secrets];
    for (let i = 0; i < perNamespace; i += 1) {
      documents.push(deployment(namespace * perNamespace + i, registry));
    }
    const path = join(folder, `${prefix}-${namespace}`);
    await mkdir(path, { recursive: true });
    const text = documents.map((document) => stringify(document)).join('---\n');
    await writeFile(join(path, 'index.yaml'), text);
  }
}

function deployment(application: number, registry: Registry): object {
  const secretKeyRef = (key: string) => ({ secretKeyRef: { name: 'credentials', key } });
  const image = `bench/image-${application % workload.images}_config`;
  return {
    apiVersion: 'sisyphus/v1',
    kind: 'Deployment',
    metadata: { name: `application-${application}`, annotations: { 'example.com/owner': 'bench' } },
    config: {
      env: 'prod',
      image: `${registry.url}/${image}:latest`,
      service: { ports: { http: { number: 80 }, metrics: { number: 9090 } } },
      variables: { token: secretKeyRef('token'), key: secretKeyRef('key.json') },
    },
    footprint: Object.fromEntries(workload.clusters.map((name, i) => [name, { replicas: 3 - i }])),
  };
}

const secrets = {
  apiVersion: 'sisyphus/v1',
  kind: 'KubernetesYaml',
  metadata: { name: 'credentials' },
  clusters: workload.clusters,
  objects: [
    {
      apiVersion: 'v1',
      kind: 'Secret',
      metadata: { name: 'credentials' },
      stringData: { token: 'replace-me', 'key.json': 'replace-me' },
    },
  ],
};

/** A program of ordinary size, which asks for its name: two applications of an image differ. */
function main(image: number, version: string): string {
  return `load("//bench/lib/defaults.star", "labels", "memory", "probes")

VERSION = "${version}"
FEATURES = {
    "cache": {"prod": True, "dev": False},
    "retries": {"prod": 5, "dev": 0},
    "timeout": {"prod": 2.5, "dev": 60.0},
    "trace": {"dev": True},
}

def flags(features):
    result = []
    for name, value in features.items():
        result += ["--" + name, value] if "prod" in value else []
    return result

def main(ctx):
    return Application(
        args = [
            "--name",
            ctx.name(),
            "--image=${image}",
            "--version=" + VERSION,
            "--http",
            Port(name = "http"),
            "--metrics",
            Port(name = "metrics"),
        ] + flags(FEATURES),
        env = {
            "LOG_LEVEL": {"prod": "info", "dev": "debug"},
            "PEERS": ",".join(["peer-%d.bench:80" % i for i in range(5)]),
            "TOKEN": StringVariable("token"),
            "CREDENTIALS": FileVariable("key", path = "/etc/credentials/key.json"),
        },
        labels = labels("bench"),
        resources = Resources(requests = {"cpu": "100m", "memory": memory(64)}, limits = {"memory": memory(128)}),
        **probes("http")
    )
`;
}

const defaults = `def labels(team):
    return {"example.com/team": team, "example.com/tier": {"prod": "gold", "dev": "none"}}

def memory(mebibytes):
    return "%dMi" % mebibytes

def probes(port):
    return {
        "liveness": HttpGetProbe(path = "/healthz", port = port, initial_delay = 5),
        "readiness": HttpGetProbe(path = "/readyz", port = port, period = 3),
    }
`;
