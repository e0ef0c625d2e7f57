/**
 * The address of the page: `?trace=` names the trace to open, the hash holds window and selection. A new selection is a
 * step of the browser's history, so that Back works; a moved window replaces the newest step.
 */
import { effect } from '@preact/signals';
import type { OpenTrace } from './open-trace.ts';
import { isNothing } from './selection.ts';
import { decodeHash, encodeHash } from './url-hash.ts';
import type { Viewer } from './viewer.ts';

/** Milliseconds without a change before the address follows: browsers limit how often it may change. */
const SETTLE = 250;

export function bindAddress(viewer: Viewer): void {
  const { app, loader } = viewer;
  const url = new URLSearchParams(location.search).get('trace');
  const initialHash = location.hash;
  let restored: OpenTrace | undefined;
  let selectionSeen = app.selection.peek();

  effect(() => {
    const trace = app.trace.value;
    if (trace === undefined || trace === restored) return;
    // Only the trace that the address names has the window and the selection of the address.
    if (restored === undefined && url !== null) restore(viewer, trace, initialHash);
    restored = trace;
    selectionSeen = app.selection.peek();
  });
  effect(() => {
    const trace = app.trace.value;
    const window = app.window.value;
    const selection = app.selection.value;
    if (trace === undefined) return;
    const timer = setTimeout(() => {
      const hash = encodeHash(trace.model, window, selection);
      if (hash === location.hash) return;
      if (selection === selectionSeen) history.replaceState(undefined, '', hash);
      else history.pushState(undefined, '', hash);
      selectionSeen = selection;
    }, SETTLE);
    return () => clearTimeout(timer);
  });
  addEventListener('popstate', () => {
    const trace = app.trace.peek();
    if (trace === undefined) return;
    restore(viewer, trace, location.hash);
    selectionSeen = app.selection.peek();
  });
  if (url !== null) openFromAddress(viewer, url, loader);
}

/** Opens a trace of the same origin; an address elsewhere would tell that site who looks at what. */
function openFromAddress({ app }: Viewer, address: string, loader: Viewer['loader']): void {
  const url = new URL(address, location.href);
  if (url.origin === location.origin) {
    loader.open({ kind: 'url', url: url.href });
    return;
  }
  const detail = 'This page opens traces of its own server only. Save the file and drop it here.';
  app.phase.value = { kind: 'failed', message: { kind: 'error', title: 'The trace is on another server', detail } };
}

function restore({ app }: Viewer, trace: OpenTrace, hash: string): void {
  const { window, selection } = decodeHash(trace.model, hash);
  if (window === undefined && isNothing(selection)) return;
  app.restore(selection, window);
}
