import { count } from '../../model/count.ts';
import { isJsonObject, type JsonValue } from '../../model/json.ts';
import { isSecret, valueAt } from '../../model/object.ts';
import type { Change } from '../../model/plan.ts';
import { type Line, line } from './line.ts';
import { allKeys } from './secret-keys.ts';

/** The few lines that a plan shows of a new object: what runs and how often, or a Secret's keys. */
export function summarizeCreation({ key, desired, after = null }: Change): Line[] {
  if (isSecret(key)) return allKeys(after, 'add');
  const images = imagesOf(after);
  const configured = desired?.image === undefined ? [] : [`configured by ${desired.image}`];
  if (images.length === 0) return configured.map((text) => line(text));
  return [`${workload(after)} ${images.join(', ')}`, ...configured].map((text) => line(text));
}

function workload(manifest: JsonValue): string {
  const replicas = valueAt(manifest, 'spec', 'replicas');
  if (typeof replicas === 'number') return `${count(replicas, 'replica')} of`;
  const schedule = valueAt(manifest, 'spec', 'schedule');
  return typeof schedule === 'string' ? `runs at "${schedule}":` : 'runs';
}

/** The container images of a workload's pods. */
function imagesOf(manifest: JsonValue): string[] {
  const spec =
    valueAt(manifest, 'spec', 'template', 'spec') ??
    valueAt(manifest, 'spec', 'jobTemplate', 'spec', 'template', 'spec');
  const containers = valueAt(spec, 'containers');
  if (!Array.isArray(containers)) return [];
  return containers.flatMap((container: JsonValue) => {
    const image = isJsonObject(container) ? container.image : undefined;
    return typeof image === 'string' ? [image] : [];
  });
}
