import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { resetSecondFactor } from '../../api/account';
import { api } from '../../api/client';
import { text } from '../../app/messages';
import { users as words } from '../../app/messages/users';
import { Question } from '../../components/Question';
import { ShownOnce } from '../../components/ShownOnce';
import { showToast } from '../../components/toastStore';
import type { User } from './UserList';

export type UserQuestionKind = 'disable' | 'enable' | 'reset' | 'resetFactor' | 'delete';

export interface UserQuestionProps {
  user: Pick<User, 'id' | 'name'>;
  what: UserQuestionKind;
  onClose: () => void;
  onDeleted?: () => void;
}

/** Asks before somebody is kept out, let in again or given another password, and says what ends with it. */
export function UserQuestion({ user, what, onClose, onDeleted }: UserQuestionProps) {
  const [password, setPassword] = useState<string>();
  const queries = useQueryClient();
  const path = { id: user.id };
  const changed = () => queries.invalidateQueries({ queryKey: ['/api/v1/users'] });
  const set = async (disabled: boolean) => {
    await api.patch('/api/v1/users/{id}', { path, body: { disabled } });
    showToast({ title: disabled ? words.disabledDone(user.name) : words.enabledDone(user.name) });
    await changed();
  };
  const reset = async () => setPassword((await api.post('/api/v1/users/{id}/reset-password', { path })).initial_password);
  const resetFactor = async () => {
    await resetSecondFactor(user.id);
    showToast({ title: words.resetFactorDone(user.name) });
    await changed();
  };
  const remove = async () => {
    await api.delete('/api/v1/users/{id}', { path });
    showToast({ title: words.deletedDone(user.name) });
    onDeleted?.();
    await queries.invalidateQueries({ queryKey: ['/api/v1/users'], refetchType: onDeleted ? 'none' : 'active' });
  };
  if (password !== undefined) {
    return (
      <InitialPassword value={password} onClose={() => {
        setPassword(undefined);
        onClose();
        void changed();
      }} />
    );
  }
  const asks = {
    disable: { title: words.disableTitle(user.name), body: words.disableBody, action: words.disable, run: () => set(true) },
    enable: { title: words.enableTitle(user.name), body: words.enableBody, action: words.enable, run: () => set(false) },
    reset: { title: words.resetTitle(user.name), body: words.resetBody, action: words.reset, run: reset },
    resetFactor: { title: words.resetFactorTitle(user.name), body: words.resetFactorBody, action: words.resetFactor, run: resetFactor },
    delete: { title: words.deleteTitle(user.name), body: words.deleteBody, action: text.common.delete, run: remove },
  }[what];
  // After a reset, the password takes the question's place; closing comes with it.
  return (
    <Question title={asks.title} action={asks.action} run={asks.run} onClose={onClose} staysOpen={what === 'reset'}><p>{asks.body}</p></Question>
  );
}

/** A password that is shown this once, with what to do with it. */
export function InitialPassword({ value, onClose }: { value: string; onClose: () => void }) {
  return (
    <ShownOnce title={words.initialTitle} value={value} label={words.initialLabel} done={words.stored} onClose={onClose}>
      {words.initialBody}
    </ShownOnce>
  );
}
