import { parse, type Tags } from 'yaml';

const DECIMAL_EXPONENT = /^[-+]?(?:\.\d+|\d+(?:\.\d*)?)[eE][-+]?\d+$/;

/** Reads YAML of the Original. It stands apart so that the package is loaded only where there is some. */
export function parseYaml(text: string): unknown {
  return parse(text, { customTags: readLikeSerde });
}

/**
 * serde_yaml, with which the Original wrote, leaves text unquoted that looks like a number beyond a
 * double, such as the commit `12e4567`.
 */
function readLikeSerde(tags: Tags): Tags {
  const resolve = (text: string) => (Number.isFinite(Number(text)) ? Number(text) : text);
  const float = { tag: 'tag:yaml.org,2002:float', default: true, test: DECIMAL_EXPONENT, resolve };
  return [float, ...tags];
}
