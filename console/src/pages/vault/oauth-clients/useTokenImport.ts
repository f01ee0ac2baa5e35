// Tokens that somebody brings along for one client: what was entered, until it is stored.
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { api } from '../../../api/client';
import { tokenImport as words } from '../../../app/messages/tokenImport';
import { clientsPath, type OAuthClient } from './clientTypes';

export interface TokenFields {
  refreshToken: string;
  accessToken: string;
  /** As the browser's box has it: in the person's time zone. */
  expiresAt: string;
  accountName: string;
}

const nothing: TokenFields = { refreshToken: '', accessToken: '', expiresAt: '', accountName: '' };

/** The fields by JSON pointer. */
export const tokenLabels: Record<string, string> = {
  '/refresh_token': words.refreshToken, '/access_token': words.accessToken, '/expires_at': words.expiresAt, '/account_name': words.accountName,
};

/** A moment as the API writes it, in UTC and without fractions; undefined: there is none. */
export function momentOf(local: string): string | undefined {
  const time = Date.parse(local);
  return Number.isNaN(time) ? undefined : new Date(time).toISOString().replace(/\.\d+Z$/, 'Z');
}

export interface TokenImport {
  fields: TokenFields;
  change: (part: Partial<TokenFields>) => void;
  isDirty: boolean;
  isStoring: boolean;
  error: unknown;
  /** Sends them, once, and forgets them when they are stored. */
  store: () => void;
}

/** `onStored` hears whether a refresh token was among them. */
export function useTokenImport(client: OAuthClient, onStored: (canRenew: boolean) => void): TokenImport {
  const [fields, setFields] = useState(nothing);
  const queries = useQueryClient();
  const canRenew = fields.refreshToken !== '';
  const store = useMutation({
    // Nothing of it stays in the cache of what was asked for.
    gcTime: 0,
    mutationFn: () => api.post('/api/v1/oauth-clients/{id}/import-tokens', {
      path: { id: client.id },
      body: {
        refresh_token: fields.refreshToken || null, access_token: fields.accessToken || null,
        expires_at: momentOf(fields.expiresAt) ?? null, account_name: fields.accountName.trim() || null,
      },
    }),
    onSuccess: async () => {
      setFields(nothing);
      await queries.invalidateQueries({ queryKey: [clientsPath] });
      onStored(canRenew);
    },
  });
  return {
    fields, error: store.error, isStoring: store.isPending,
    change: (part) => setFields((before) => ({ ...before, ...part })),
    isDirty: Object.values(fields).some((value) => value !== ''),
    store: () => {
      if (!store.isPending) store.mutate();
    },
  };
}
