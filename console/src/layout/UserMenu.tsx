import { Divider } from '@patternfly/react-core/dist/esm/components/Divider';
import { Dropdown, DropdownItem, DropdownList } from '@patternfly/react-core/dist/esm/components/Dropdown';
import { MenuToggle } from '@patternfly/react-core/dist/esm/components/MenuToggle';
import UserIcon from '@patternfly/react-icons/dist/esm/icons/user-icon';
import { useState } from 'react';
import { useLocation, useSearch } from 'wouter';
import { sessions } from '../api/client';
import { clearSession, tellOtherTabs, useSession } from '../api/session';
import { text } from '../app/messages';
import { carry } from '../app/url';
import { errorText } from '../components/FormError';
import { ApiError } from '../api/problem';
import { showToast } from '../components/toastStore';

/** The person: account, password, shortcuts, signing out. */
export function UserMenu({ open }: { open: (window: 'shortcuts' | 'password') => void }) {
  const { user, server } = useSession();
  const [isOpen, setOpen] = useState(false);
  const [, navigate] = useLocation();
  const search = useSearch();
  const signOut = async () => {
    try {
      await sessions.end();
    } catch (error) {
      // Already over is what was wanted; anything else must not look like signed out.
      if (!(error instanceof ApiError) || error.status !== 401) {
        showToast({ variant: 'danger', title: text.masthead.signOut, body: errorText(error) });
        return;
      }
    }
    tellOtherTabs('signed_out');
    navigate('/sign-in');
    clearSession();
  };
  return (
    <Dropdown
      isOpen={isOpen} onOpenChange={setOpen} onSelect={() => setOpen(false)} popperProps={{ position: 'right' }}
      toggle={(ref) => (
        <MenuToggle ref={ref} variant="plain" isExpanded={isOpen} aria-label={text.masthead.userMenu(user.name)}
          icon={<UserIcon />} onClick={() => setOpen(!isOpen)} />
      )}
    >
      <DropdownList>
        <DropdownItem isDisabled description={text.masthead.version(server.version)}>{user.name}</DropdownItem>
        <Divider component="li" />
        <DropdownItem onClick={() => navigate(carry('/account', search))}>{text.masthead.account}</DropdownItem>
        <DropdownItem onClick={() => open('password')}>{text.masthead.changePassword}</DropdownItem>
        <DropdownItem onClick={() => open('shortcuts')}>{text.masthead.shortcuts}</DropdownItem>
        <Divider component="li" />
        <DropdownItem onClick={() => void signOut()}>{text.masthead.signOut}</DropdownItem>
      </DropdownList>
    </Dropdown>
  );
}
