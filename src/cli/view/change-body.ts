import type { JsonValue } from '../../model/json.ts';
import { isSecret } from '../../model/object.ts';
import type { Change, FieldChange } from '../../model/plan.ts';
import { formatPath } from '../../plan/field-path.ts';
import { summarizeCreation } from './creation-summary.ts';
import { type Line, line } from './line.ts';
import { allKeys, changedKeys, withoutValues } from './secret-keys.ts';
import { diffYaml, signed, wholeYaml } from './yaml-diff.ts';
import type { YamlWriter } from './yaml-lines.ts';

/**
 * What a plan says of one change below its header: why it is blocked or what it endangers, what
 * differs, and whose fields it takes or leaves.
 *
 * @param full show created and deleted objects whole
 */
export function changeBody(change: Change, full: boolean, writer: YamlWriter): Line[] {
  return [...verdict(change), ...content(change, full, writer), ...ownership(change)];
}

function verdict({ action, reason, block, warnings }: Change): Line[] {
  const lines = warnings.map((warning) => line(`warning: ${warning}`, 'warning'));
  if (block !== undefined) {
    return [line(`blocked: ${block.reason}`, 'error'), line(`  ${block.advice}`), ...lines];
  }
  if (reason === undefined) return lines;
  const what = action === 'recreate' ? 'deleted and created again' : 'created again';
  return [line(`${what}, because ${reason}`, 'recreate'), ...lines];
}

/** What differs, or what is created or deleted. */
export function content(change: Change, full: boolean, writer: YamlWriter): Line[] {
  const { action, before = {}, after = {} } = change;
  if (action === 'create') {
    return full ? whole(change, after, '+', writer) : summarizeCreation(change);
  }
  if (action === 'delete') return full ? whole(change, before, '-', writer) : [];
  const lines = isSecret(change.key)
    ? [
        ...diffYaml(withoutValues(before), withoutValues(after), writer),
        ...changedKeys(change.fields),
      ]
    : diffYaml(before, after, writer);
  return lines.length > 0 ? lines : fieldList(change.fields);
}

function whole(change: Change, value: JsonValue, sign: '+' | '-', writer: YamlWriter): Line[] {
  if (!isSecret(change.key)) return wholeYaml(value, sign, writer);
  const keys = allKeys(value, sign === '+' ? 'add' : 'remove');
  return [...wholeYaml(withoutValues(value), sign, writer), ...keys];
}

const SIGNS = { add: '+', change: '~', claim: '+', remove: '-' } as const;

/** Names the fields where YAML shows no difference, so that no change looks like none. */
function fieldList(fields: readonly FieldChange[]): Line[] {
  return fields.flatMap(({ path, effect }) =>
    effect === 'release' || effect === 'handover' ? [] : [signed(SIGNS[effect], formatPath(path))],
  );
}

/** Says which field managers an update takes fields from or leaves them to. */
function ownership({ action, fields }: Change): Line[] {
  if (action !== 'update') return [];
  const takes = fields.filter(
    ({ effect, managers }) => (effect === 'add' || effect === 'change') && managers.length > 0,
  );
  const leaves = fields.filter(({ effect }) => effect === 'release');
  const hands = fields.filter(({ effect }) => effect === 'handover');
  return [
    ...byManagers(takes).map(([managers, paths]) =>
      line(`takes ${paths} from ${managers}`, 'warning'),
    ),
    ...byManagers(leaves).map(([managers, paths]) => line(`leaves ${paths} to ${managers}`)),
    ...hands.map(({ path }) => line(`hands over ${formatPath(path)}: the live value stays`)),
  ];
}

/** Fields that concern the same managers, as texts. */
export function byManagers(fields: readonly FieldChange[]): [managers: string, paths: string][] {
  const groups = new Map<string, string[]>();
  for (const { path, managers } of fields) {
    const names = managers.join(', ');
    groups.set(names, [...(groups.get(names) ?? []), formatPath(path)]);
  }
  return [...groups].map(([managers, paths]) => [managers, paths.join(', ')]);
}
