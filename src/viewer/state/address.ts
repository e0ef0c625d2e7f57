/**
 * The address of the page: `?trace=` names the trace to open, the hash holds the state (`url-hash.ts`). A step of
 * navigation is a step of the browser's history, so that Back works; any other change replaces the newest step.
 */
import { effect } from '@preact/signals';
import { heldTrace } from './held-trace.ts';
import type { OpenTrace } from './open-trace.ts';
import { decodeHash, encodeHash } from './url-hash.ts';
import type { Viewer } from './viewer.ts';

/** Milliseconds without a change before the address follows: browsers limit how often it may change. */
const SETTLE = 250;

export function bindAddress(viewer: Viewer): void {
  const { app, loader, navigation } = viewer;
  const url = new URLSearchParams(location.search).get('trace');
  const held = heldTrace(document);
  const named = url !== null || held !== undefined;
  const initialHash = location.hash;
  let restored: OpenTrace | undefined;
  let stepSeen = navigation.steps.peek();

  effect(() => {
    const trace = app.trace.value;
    if (trace === undefined || trace.isPartial || trace === restored) return;
    // Only the trace that the address names has the state of the address, unless somebody looked around in it already.
    if (restored === undefined && named && !app.wentOn) restore(viewer, trace, initialHash, true);
    restored = trace;
    stepSeen = navigation.steps.peek();
  });
  effect(() => {
    const trace = app.trace.value;
    const step = navigation.steps.value;
    if (trace === undefined || trace.isPartial) return;
    const hash = encodeHash(viewer, trace);
    const timer = setTimeout(() => {
      if (hash !== location.hash) {
        if (step === stepSeen) history.replaceState(undefined, '', hash);
        else history.pushState(undefined, '', hash);
      }
      stepSeen = step;
    }, SETTLE);
    return () => clearTimeout(timer);
  });
  addEventListener('popstate', () => {
    const trace = app.trace.peek();
    if (trace === undefined) return;
    restore(viewer, trace, location.hash, false);
    stepSeen = navigation.steps.peek();
  });
  if (held !== undefined) loader.open({ kind: 'file', file: held });
  else if (url !== null) viewer.openAddress(url);
}

function restore({ app, navigation }: Viewer, trace: OpenTrace, hash: string, settings: boolean): void {
  const decoded = decodeHash(hash, trace);
  navigation.restore(decoded, settings);
  if (decoded.ignored.length === 0) return;
  const list = decoded.ignored.map((what) => trace.names.clean(what)).join(', ');
  const title = 'A part of the address was left out';
  app.notice.value = { kind: 'warning', title, detail: `This trace or viewer does not have: ${list}.` };
}
