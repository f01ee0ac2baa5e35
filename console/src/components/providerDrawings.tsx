// Marks out of simple-icons (CC0), one by one: of a provider without one there, the initials stand for it.
import auth0 from 'simple-icons/icons/auth0.svg?raw';
import box from 'simple-icons/icons/box.svg?raw';
import google from 'simple-icons/icons/google.svg?raw';
import linear from 'simple-icons/icons/linear.svg?raw';
import okta from 'simple-icons/icons/okta.svg?raw';
import openid from 'simple-icons/icons/openid.svg?raw';
import zoom from 'simple-icons/icons/zoom.svg?raw';
import type { ReactNode } from 'react';

const files: Record<string, string> = { auth0, box, google, issuer: openid, linear, okta, zoom };

/** The only shape of such a file. */
function pathOf(file: string | undefined): string | undefined {
  return file && /<path d="([^"]+)"/.exec(file)?.[1];
}

export default function Drawing({ id, otherwise }: { id: string; otherwise: ReactNode }) {
  const path = pathOf(files[id]);
  if (!path) return otherwise;
  return <svg width={24} height={24} viewBox="0 0 24 24" aria-hidden="true"><path d={path} fill="currentColor" /></svg>;
}
