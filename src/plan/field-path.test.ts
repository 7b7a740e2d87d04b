import { expect, it } from 'vitest';
import { formatPath } from './field-path.ts';

it('prints paths as the API server does', () => {
  const path = ['spec', 'containers', '[name=echo]', 'image'];
  expect(formatPath(path)).toBe('spec.containers[name=echo].image');
  expect(formatPath(['metadata', 'annotations', 'example.com/owner'])).toBe(
    'metadata.annotations[example.com/owner]',
  );
});
