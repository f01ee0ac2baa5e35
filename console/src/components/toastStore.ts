// The toasts that are shown, outside React so that anything may raise one.
import { useSyncExternalStore } from 'react';

export interface Toast {
  title: string;
  variant?: 'success' | 'info' | 'warning' | 'danger';
  body?: string;
  /** A button in the toast; it closes when pressed. */
  action?: { label: string; run: () => void };
  /** Milliseconds until it goes by itself; left out: 8 s, with an action 30 s, never for a danger. */
  lasts?: number;
}

export interface ShownToast extends Toast {
  id: number;
}

let toasts: ShownToast[] = [];
let last = 0;
const listeners = new Set<() => void>();

function change(next: ShownToast[]): void {
  toasts = next;
  for (const listener of listeners) listener();
}

/** Shows a toast above everything; answers with its id for closeToast. */
export function showToast(toast: Toast): number {
  const id = ++last;
  change([...toasts, { ...toast, id }]);
  return id;
}

export function closeToast(id: number): void {
  change(toasts.filter((toast) => toast.id !== id));
}

export function useToasts(): ShownToast[] {
  return useSyncExternalStore(listen, () => toasts);
}

function listen(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

let places: string[] = [];

/** While a window is open toasts appear in it, in the newest of several. Answers with what ends that. */
export function placeToasts(id: string): () => void {
  places = [...places, id];
  change(toasts);
  return () => {
    places = places.filter((place) => place !== id);
    change(toasts);
  };
}

/** The window that toasts appear in; undefined: in the page's corner. */
export function useToastPlace(): string | undefined {
  return useSyncExternalStore(listen, () => places.at(-1));
}
