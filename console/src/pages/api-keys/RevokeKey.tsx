import { useQueryClient } from '@tanstack/react-query';
import { apiKeys, apiKeysPath, type ApiKey } from '../../api/apiKeys';
import { apiKeys as words } from '../../app/messages/apiKeys';
import { Question } from '../../components/Question';
import { showToast } from '../../components/toastStore';

/** Asks before a key is revoked for good. */
export function RevokeKey({ apiKey, onClose }: { apiKey: ApiKey; onClose: () => void }) {
  const queries = useQueryClient();
  const revoke = async () => {
    await apiKeys.revoke(apiKey.id);
    showToast({ title: words.revokedDone(apiKey.name) });
    await queries.invalidateQueries({ queryKey: [apiKeysPath] });
  };
  return (
    <Question title={words.revokeTitle(apiKey.name)} action={words.revoke} run={revoke} onClose={onClose}><p>{words.revokeBody}</p></Question>
  );
}
