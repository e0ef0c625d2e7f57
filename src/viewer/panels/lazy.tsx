/**
 * Parts of the page that are loaded when they are first shown, so that the first load does not pay for them. Once the page
 * is at rest they are fetched anyway: later the server may be gone.
 */
import type { ComponentType } from 'preact';
import { useEffect, useState } from 'preact/hooks';

const waiting = new Set<() => Promise<unknown>>();

/**
 * @param load imports the component; asked once, and again after it has failed
 * @param onFailed called when a part that is to be shown could not be fetched: closes what would wait for it for ever
 */
export function lazy<Props extends object>(
  load: () => Promise<ComponentType<Props>>,
  onFailed?: (props: Props) => void,
): ComponentType<Props> {
  let loaded: ComponentType<Props> | undefined;
  let loading: Promise<void> | undefined;
  const fetch = () => {
    loading ??= load().then(
      (component) => {
        loaded = component;
        waiting.delete(fetch);
      },
      (error: unknown) => {
        loading = undefined;
        throw error;
      },
    );
    return loading;
  };
  waiting.add(fetch);
  return function Lazy(props: Props) {
    const [, setArrived] = useState(false);
    useEffect(() => {
      if (loaded === undefined) {
        void fetch().then(
          () => setArrived(true),
          () => onFailed?.(props),
        );
      }
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
