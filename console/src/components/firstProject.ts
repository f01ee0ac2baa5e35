// The project that a window for something new begins with.
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { api } from '../api/client';
import type { components } from '../api/schema';
import { useSearchValue } from '../app/url';

export type Project = components['schemas']['Project'];

/** The project of the page's selector, until another is chosen; the only one there is, where there is one alone. */
export function useFirstProject(isWanted = true): [Project | undefined, (next: Project | undefined) => void] {
  const [chosen, setChosen] = useState<Project | null>();
  const selected = useSearchValue('project');
  const first = useQuery({
    queryKey: ['/api/v1/projects', 'to begin with', selected], enabled: isWanted,
    queryFn: async ({ signal }) => {
      if (selected) return api.get('/api/v1/projects/{id}', { path: { id: selected }, signal });
      const { items, total } = await api.get('/api/v1/projects', { query: { page_size: 1 }, signal });
      return (total === 1 ? items[0] : undefined) ?? null;
    },
  });
  return [chosen === undefined ? first.data ?? undefined : chosen ?? undefined, (next) => setChosen(next ?? null)];
}
