/**
 * The pages: what they are called, and how each is loaded. A page is a chunk of its own, so that the first visit does not pay
 * for what it does not show.
 */
import type { ComponentType } from 'preact';
import { wordsOf } from '../../analysis/index.ts';
import type { Page } from '../state/pages.ts';
import type { Viewer } from '../state/viewer.ts';

export type PageComponent = ComponentType<{ readonly viewer: Viewer }>;

/** Loads what a page is drawn with; the first page is part of the first load. */
export const LOADERS: Readonly<Record<Exclude<Page, 'overview'>, () => Promise<PageComponent>>> = {
  groups: async () => (await import('./groups-page.tsx')).GroupsPage,
  tasks: async () => (await import('./tasks-page.tsx')).TasksPage,
  profiles: async () => (await import('./profiles-page.tsx')).ProfilesPage,
  memory: async () => (await import('./memory-page.tsx')).MemoryPage,
  compare: async () => (await import('./compare-page.tsx')).ComparePage,
};

export interface PageName {
  readonly page: Page;
  readonly name: string;
}

/** The pages that make sense for what is open, in the order of the bar. */
export function pageNames({ app }: Viewer): PageName[] {
  const words = wordsOf(app.trace.value?.model.info.dialect ?? 'go');
  const names: PageName[] = [
    { page: 'overview', name: 'Overview' },
    { page: 'groups', name: words.goroutines.charAt(0).toUpperCase() + words.goroutines.slice(1) },
    { page: 'tasks', name: 'Tasks' },
    { page: 'profiles', name: 'Profiles' },
    { page: 'memory', name: 'Memory' },
    { page: 'compare', name: 'Compare' },
  ];
  return names;
}
