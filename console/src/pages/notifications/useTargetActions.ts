import { useMutation, useQueryClient, type UseMutationResult } from '@tanstack/react-query';
import { api } from '../../api/client';
import { deliveriesPath, targetPath, targetsPath, type NotificationTarget, type NotificationTest } from '../../api/notifications';
import { attentionPath } from '../../api/safeKeeping';
import { notifications as words } from '../../app/messages/notifications';
import { errorText } from '../../components/FormError';
import { showToast } from '../../components/toastStore';
import { inputOf } from './targets';

/** Reads again what is shown of targets, of deliveries, and of what waits for somebody. */
export function useReadAgain(): () => Promise<void> {
  const queries = useQueryClient();
  return async () => {
    await Promise.all([targetsPath, deliveriesPath, attentionPath].map((path) => queries.invalidateQueries({ queryKey: [path] })));
  };
}

export interface TargetActions {
  test: UseMutationResult<NotificationTest, unknown, NotificationTarget>;
  /** Has all of its dead letters tried again. */
  resend: (target: NotificationTarget) => void;
  /** Turns it off, or on again. */
  toggle: (target: NotificationTarget) => void;
}

/** What is done with a target at once; what came of it is told in toasts, but for tests. */
export function useTargetActions(): TargetActions {
  const readAgain = useReadAgain();
  const test = useMutation<NotificationTest, unknown, NotificationTarget>({
    mutationFn: ({ id }) => api.post('/api/v1/notification-targets/{id}/test', { path: { id } }),
    onSettled: readAgain,
  });
  const resend = useMutation({
    mutationFn: ({ id }: NotificationTarget) => api.post('/api/v1/notification-targets/{id}/resend', { path: { id } }),
    onSuccess: ({ resent }, target) => showToast({
      title: words.resent(resent), ...(!target.enabled && { variant: 'info' as const, body: words.waitsForOn(target.name) }),
    }),
    onError: (error) => showToast({ variant: 'danger', title: words.resendAll, body: errorText(error) }),
    onSettled: readAgain,
  });
  const toggle = useMutation({
    mutationFn: (target: NotificationTarget) => api.put(targetPath, {
      path: { id: target.id }, revision: target.revision, body: { ...inputOf(target), enabled: !target.enabled },
    }),
    onSuccess: ({ name, enabled }) => showToast({ title: enabled ? words.turnedOn(name) : words.turnedOff(name) }),
    onError: (error, target) => showToast({ variant: 'danger', title: target.enabled ? words.turnOff : words.turnOn, body: errorText(error) }),
    onSettled: readAgain,
  });
  return { test, resend: (target) => resend.mutate(target), toggle: (target) => toggle.mutate(target) };
}
