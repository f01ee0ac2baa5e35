import { lazy, Suspense } from 'react';
import { Route, Switch } from 'wouter';
import { PageLoading } from '../../components/PageLoading';
import { GroupList } from './GroupList';

const GroupPage = lazy(() => import('./GroupPage'));

/** Administration > Groups: the list with its window, and below it a page for each. */
export default function GroupsPage() {
  return (
    <Suspense fallback={<PageLoading />}>
      <Switch>
        <Route path="/administration/groups/new"><GroupList isAdding /></Route>
        <Route path="/administration/groups/:id/:window?">{({ id, window }) => <GroupPage key={id} id={id} isEditing={window === 'edit'} />}</Route>
        <Route><GroupList /></Route>
      </Switch>
    </Suspense>
  );
}
