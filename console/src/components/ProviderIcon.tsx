// Marks out of simple-icons (CC0), one by one: of a provider without one there, the initials stand for it.
import auth0 from 'simple-icons/icons/auth0.svg?raw';
import box from 'simple-icons/icons/box.svg?raw';
import google from 'simple-icons/icons/google.svg?raw';
import linear from 'simple-icons/icons/linear.svg?raw';
import okta from 'simple-icons/icons/okta.svg?raw';
import openid from 'simple-icons/icons/openid.svg?raw';
import zoom from 'simple-icons/icons/zoom.svg?raw';

const files: Record<string, string> = { auth0, box, google, openid, linear, okta, zoom };
const size = 24;

/** The only shape of such a file. */
function pathOf(file: string | undefined): string | undefined {
  return file && /<path d="([^"]+)"/.exec(file)?.[1];
}

/** Whether an entry may name it as its icon. */
export function hasPicture(icon: string): boolean {
  return pathOf(files[icon]) !== undefined;
}

/** The mark of a service provider where there is a free one, else its initials. Beside its name, so hidden from screen readers. */
export function ProviderIcon({ icon, name }: { icon: string; name: string }) {
  const path = pathOf(files[icon]);
  return (
    <svg width={size} height={size} viewBox="0 0 24 24" aria-hidden="true">
      {path ? <path d={path} fill="currentColor" /> : <Initials name={name} />}
    </svg>
  );
}

function Initials({ name }: { name: string }) {
  const words = name.split(/[\s,]+/).filter((word) => /^[A-Za-z]/.test(word));
  const letters = words.slice(0, 2).map((word) => word.charAt(0).toUpperCase()).join('');
  return (
    <>
      <circle cx="12" cy="12" r="11" fill="none" stroke="currentColor" strokeWidth="1.5" />
      <text x="12" y="12" textAnchor="middle" dominantBaseline="central" fontSize="10" fontWeight="bold" fill="currentColor">{letters}</text>
    </>
  );
}
