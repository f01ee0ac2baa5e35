import { useQueryClient } from '@tanstack/react-query';
import { api } from '../../api/client';
import { text } from '../../app/messages';
import { groups as words } from '../../app/messages/groups';
import { Question } from '../../components/Question';
import { showToast } from '../../components/toastStore';
import type { Group } from './GroupList';

/** Asks before a group goes, and says who loses what. */
export function DeleteGroup({ group, onClose, onDeleted }: { group: Group; onClose: () => void; onDeleted?: () => void }) {
  const queries = useQueryClient();
  const remove = async () => {
    await api.delete('/api/v1/groups/{id}', { path: { id: group.id } });
    showToast({ title: words.deletedDone(group.name) });
    onDeleted?.();
    // Its own page is left then, and would ask for what is gone.
    await queries.invalidateQueries({ queryKey: ['/api/v1/groups'], refetchType: onDeleted ? 'none' : 'active' });
    await queries.invalidateQueries({ queryKey: ['/api/v1/users'] });
  };
  return (
    <Question title={words.deleteTitle(group.name)} action={text.common.delete} run={remove} onClose={onClose}>
      <p>{words.deleteBody(group.members)}</p>
    </Question>
  );
}
