/**
 * Parts of the page that are loaded when they are first shown, so that the first load does not pay for them. Once the page
 * is at rest they are fetched anyway: later the server may be gone.
 */
import type { ComponentType } from 'preact';
import { useEffect, useState } from 'preact/hooks';

const waiting = new Set<() => Promise<unknown>>();

/** @param load imports the component; asked once */
export function lazy<Props extends object>(load: () => Promise<ComponentType<Props>>): ComponentType<Props> {
  let loaded: ComponentType<Props> | undefined;
  let loading: Promise<void> | undefined;
  const fetch = () => {
    loading ??= load().then((component) => {
      loaded = component;
      waiting.delete(fetch);
    });
    return loading;
  };
  waiting.add(fetch);
  return function Lazy(props: Props) {
    const [, setArrived] = useState(false);
    useEffect(() => {
      if (loaded === undefined) void fetch().then(() => setArrived(true));
    }, []);
    const Shown = loaded;
    return Shown === undefined ? null : <Shown {...props} />;
  };
}

/** Fetches what has not been shown yet, one after the other, when the browser has nothing else to do. */
export function fetchTheRest(): void {
  const rest = async () => {
    for (const fetch of waiting) await fetch().catch(() => {});
  };
  // Not in every browser.
  if (typeof requestIdleCallback === 'function') requestIdleCallback(() => void rest(), { timeout: 5000 });
  else setTimeout(() => void rest(), 2000);
}
