import { lazy, Suspense } from 'react';

const size = 24;

// The drawings are a file of their own: who never sees a provider never loads one.
const Drawing = lazy(() => import('./providerDrawings'));

/** The mark of a service provider where there is a free one, else its initials. Beside its name, so hidden from screen readers. */
export function ProviderIcon({ id, name }: { id: string; name: string }) {
  const letters = <Initials name={name} />;
  return <Suspense fallback={letters}><Drawing id={id} otherwise={letters} /></Suspense>;
}

function Initials({ name }: { name: string }) {
  const words = name.split(/[\s,]+/).filter((word) => /^[A-Za-z]/.test(word));
  const letters = words.slice(0, 2).map((word) => word.charAt(0).toUpperCase()).join('');
  return (
    <svg width={size} height={size} viewBox="0 0 24 24" aria-hidden="true">
      <circle cx="12" cy="12" r="11" fill="none" stroke="currentColor" strokeWidth="1.5" />
      <text x="12" y="12" textAnchor="middle" dominantBaseline="central" fontSize="10" fontWeight="bold" fill="currentColor">{letters}</text>
    </svg>
  );
}
