/** The environment variable that a program's variable is read from: `secret-token` is `SECRET_TOKEN`. */
export function variableFor(name: string): string {
  return name.toUpperCase().replace(/[^A-Z0-9_]/g, '_');
}
