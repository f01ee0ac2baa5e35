import { lazy, Suspense } from 'react';
import { Route, Switch } from 'wouter';
import { PageLoading } from '../../components/PageLoading';
import { UserList } from './UserList';

const UserPage = lazy(() => import('./UserPage'));

/** Administration > Users: the list with its window, and below it a page for each. */
export default function UsersPage() {
  return (
    <Suspense fallback={<PageLoading />}>
      <Switch>
        <Route path="/administration/users/new"><UserList isAdding /></Route>
        <Route path="/administration/users/:id/:window?">{({ id, window }) => <UserPage key={id} id={id} isEditing={window === 'edit'} />}</Route>
        <Route><UserList /></Route>
      </Switch>
    </Suspense>
  );
}
