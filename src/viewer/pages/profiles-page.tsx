/** The page of profiles: one panel, which the page of groups shows too. */
import type { Viewer } from '../state/viewer.ts';
import { ProfilePanel } from './flame/profile-panel.tsx';
import './pages.css';

export function ProfilesPage({ viewer }: { viewer: Viewer }) {
  return <ProfilePanel viewer={viewer} />;
}
