/** Declarations of so many ConfigMaps in the cluster `east`, `c0` and on, each of which holds the value. */
export function configMaps(value: string, count: number): string {
  const declaration = (name: string) => `
apiVersion: sisyphus/v1
kind: KubernetesYaml
metadata: {name: ${name}}
clusters: [east]
objects:
  - {apiVersion: v1, kind: ConfigMap, metadata: {name: ${name}}, data: {a: '${value}'}}
`;
  return Array.from({ length: count }, (_, i) => declaration(`c${i}`)).join('---');
}
