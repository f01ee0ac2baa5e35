// The catalogue as the console reads it: whole, once; it changes only when the server starts anew.
import { useQuery } from '@tanstack/react-query';
import { fetchAll } from '../../../api/client';
import type { ServiceProvider } from './draft';

const path = '/api/v1/service-providers';

export function useServiceProviders() {
  return useQuery({
    queryKey: [path, 'all'], staleTime: Infinity,
    queryFn: ({ signal }) => fetchAll<ServiceProvider>(path, { sort: 'name' }, undefined, signal),
  });
}
