// The catalogue as the console reads it: whole, once; of one's own some may change while the server runs.
import { useQuery } from '@tanstack/react-query';
import { fetchAll } from '../../../api/client';
import { providersPath as path } from '../../../api/serviceProviders';
import type { ServiceProvider } from './draft';

const freshMs = 60_000;

export function useServiceProviders() {
  return useQuery({
    queryKey: [path, 'all'], staleTime: freshMs,
    queryFn: ({ signal }) => fetchAll<ServiceProvider>(path, { sort: 'name' }, undefined, signal),
  });
}
