import { useQuery } from '@tanstack/react-query';
import { fetchAll } from '../api/client';
import type { ProjectRef } from './ProjectsField';

/** The projects that the person sees, name by id; undefined until they are known. Empty where they cannot be read. */
export function useProjectNames(): ReadonlyMap<string, string> | undefined {
  const projects = useQuery({
    queryKey: ['/api/v1/projects', 'names'], queryFn: ({ signal }) => fetchAll<ProjectRef>('/api/v1/projects', {}, undefined, signal),
  });
  if (projects.data) return new Map(projects.data.map((project) => [project.id, project.name]));
  return projects.isError ? new Map() : undefined;
}
