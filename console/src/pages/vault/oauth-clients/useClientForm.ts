// The state of a client's window: what was entered, what is saved of it, and what the server said.
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { api } from '../../../api/client';
import { effectsOf, patchClient } from './changeClient';
import { fieldsOf, inputOf, isSame, useChoices, type ClientFields } from './clientFields';
import { clientsPath, type OAuthClient, type UpdateEffects } from './clientTypes';

export interface ClientForm {
  fields: ClientFields;
  change: (part: Partial<ClientFields>) => void;
  choices: ReturnType<typeof useChoices>;
  isDirty: boolean;
  isSaving: boolean;
  error: unknown;
  /** Saves what was entered; a new one becomes a draft. Throws what the server said. */
  save: () => Promise<OAuthClient>;
  /** What saving it would come to; changes nothing. Throws what the server said. */
  tryOut: () => Promise<UpdateEffects>;
  /** Saves, and ends the draft. */
  finish: () => Promise<OAuthClient>;
  discard: () => Promise<void>;
  /** Takes what the server has in place of what was entered. */
  adopt: (now: OAuthClient) => void;
}

/** `begin` is what a new one begins with; `entered` is what counts as typed already, so that it is asked about. */
export function useClientForm(client: OAuthClient | undefined, begin: ClientFields, entered: Partial<ClientFields>): ClientForm {
  // The state that the person saw: its revision is what a change is made to.
  const [seen, setSeen] = useState(client);
  const [saved, setSaved] = useState(begin);
  const [fields, setFields] = useState<ClientFields>({ ...begin, ...entered });
  const choices = useChoices(fields);
  const queries = useQueryClient();
  const isDirty = !isSame(fields, saved);
  const adopt = (now: OAuthClient) => {
    setSeen(now);
    setSaved(fieldsOf(now));
    setFields(fieldsOf(now));
    save.reset();
    finish.reset();
    tryOut.reset();
  };
  /** All but the client itself: what is known of it is newer, or it is gone. */
  const readAgain = (id: string | undefined) =>
    queries.invalidateQueries({ queryKey: [clientsPath], predicate: (query) => query.queryKey[1] !== id });
  const keep = async (now: OAuthClient) => {
    adopt(now);
    queries.setQueryData([clientsPath, now.id], now);
    await readAgain(now.id);
  };
  const save = useMutation({
    mutationFn: async () => {
      tryOut.reset();
      const body = { ...inputOf(fields, choices), project: fields.project };
      if (seen) return patchClient(seen, body);
      return api.post('/api/v1/oauth-clients', { body: { ...body, draft: true, disabled: false } });
    },
    onSuccess: keep,
  });
  const tryOut = useMutation({
    mutationFn: async () => {
      save.reset();
      if (!seen) throw new Error('there is nothing to change yet');
      return effectsOf(seen, { ...inputOf(fields, choices), project: fields.project });
    },
  });
  const finish = useMutation({
    mutationFn: async () => {
      const now = isDirty || !seen ? await save.mutateAsync() : seen;
      return patchClient(now, { draft: false });
    },
    onSuccess: keep,
  });
  useEffect(() => {
    // Read again because of its tokens: what was typed stays, and so does the revision that it was typed to.
    if (client && client !== seen && !isDirty) adopt(client);
  }, [client]);
  // There is but one to choose.
  const onlyProject = choices.projects.length === 1 ? choices.projects[0]?.id : undefined;
  useEffect(() => {
    if (client || fields.project !== '' || onlyProject === undefined) return;
    setSaved((before) => ({ ...before, project: onlyProject }));
    setFields((before) => ({ ...before, project: onlyProject }));
  }, [onlyProject]);

  return {
    fields, choices, isDirty, adopt,
    change: (part) => setFields((before) => ({ ...before, ...part })),
    isSaving: save.isPending || finish.isPending || tryOut.isPending,
    error: save.error ?? finish.error ?? tryOut.error,
    save: () => save.mutateAsync(),
    tryOut: () => tryOut.mutateAsync(),
    finish: () => finish.mutateAsync(),
    discard: async () => {
      if (seen) await api.delete('/api/v1/oauth-clients/{id}', { path: { id: seen.id } });
      await readAgain(seen?.id);
    },
  };
}
