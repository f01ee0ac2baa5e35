import { lazy, Suspense } from 'react';
import { Route, Switch } from 'wouter';
import { PageLoading } from '../../components/PageLoading';
import { RobotList } from './RobotList';

const RobotPage = lazy(() => import('./RobotPage'));

/** Repository > Robots: the list with its window, and below it a page for each robot. */
export default function RobotsPage() {
  return (
    <Suspense fallback={<PageLoading />}>
      <Switch>
        <Route path="/repository/robots/new"><RobotList isAdding /></Route>
        <Route path="/repository/robots/:id/:window?">{({ id, window }) => <RobotPage key={id} id={id} isEditing={window === 'edit'} />}</Route>
        <Route><RobotList /></Route>
      </Switch>
    </Suspense>
  );
}
