/** A part of the page that is loaded when it is first shown, so that the first load does not pay for it. */
import type { ComponentType } from 'preact';
import { useEffect, useState } from 'preact/hooks';

/** @param load imports the component; asked once */
export function lazy<Props extends object>(load: () => Promise<ComponentType<Props>>): ComponentType<Props> {
  let loaded: ComponentType<Props> | undefined;
  return function Lazy(props: Props) {
    const [, arrived] = useState(0);
    useEffect(() => {
      if (loaded !== undefined) return;
      void load().then((component) => {
        loaded = component;
        arrived(1);
      });
    }, []);
    const Shown = loaded;
    return Shown === undefined ? null : <Shown {...props} />;
  };
}
