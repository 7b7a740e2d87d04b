import pLimit from 'p-limit';
import { pushConfigImage } from '../bed/config-image.ts';
import { digestOf } from '../bed/oci.ts';
import type { Registry } from '../bed/registry.ts';

/** Uploads under way at once. */
const uploads = 8;

/** The repository of the images of one number. */
export function imageOf(image: number): string {
  return `bench/image-${image}_config`;
}

/**
 * Pushes config images under the tag `latest`; another version is another digest.
 * @param count how many of them, from the first on
 */
export async function pushImages(
  registry: Registry,
  version: string,
  count: number,
): Promise<void> {
  const limit = pLimit(uploads);
  const images = Array.from({ length: count }, (_, image) => image);
  await limit.map(images, (image) =>
    pushConfigImage(registry, {
      repository: imageOf(image),
      tag: 'latest',
      files: { 'bench/main.star': main(image, version), 'bench/lib/defaults.star': defaults },
      entrypoint: 'bench/main.star',
      binary: {
        repository: `registry.example/bench/image-${image}`,
        digest: digestOf(Buffer.from(`${image} ${version}`)),
      },
    }),
  );
}

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
