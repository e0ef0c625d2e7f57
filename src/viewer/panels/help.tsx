/** The help overlay: every command with its keys, generated from the command list, so that it cannot be wrong. */
import { Fragment } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import { FILTER_KEYS } from '../../analysis/index.ts';
import { COMMANDS, type Command, type Key } from '../state/commands.ts';
import type { Viewer } from '../state/viewer.ts';
import { Icon } from '../theme/icons.tsx';

const MOUSE: readonly (readonly [string, string])[] = [
  ['wheel', 'scroll the rows; over the axis or the overview: zoom'],
  ['Ctrl + wheel, pinch', 'zoom at the pointer'],
  ['Shift + wheel, sideways', 'pan'],
  ['drag', 'measure a range'],
  ['Shift, Space or middle + drag', 'pan'],
  ['click', 'select a slice, a strand or a request'],
  ['double click', 'fit the slice, or the whole trace'],
];

export function Help({ viewer }: { viewer: Viewer }) {
  const dialog = useRef<HTMLDialogElement>(null);
  const { app } = viewer;
  useEffect(() => dialog.current?.showModal(), []);
  const close = () => {
    app.helpOpen.value = false;
  };
  const layout = useLayout();
  const groups = [...new Set(COMMANDS.map((command) => command.group))];
  return (
    <dialog class="help" ref={dialog} aria-label="Keys and commands" onClose={close}>
      <div class="panel-head">
        <h2>Keys and commands</h2>
        <span class="space" />
        <button type="button" class="icon-button" aria-label="Close" onClick={close}>
          <Icon name="close" />
        </button>
      </div>
      <p class="help-lead">
        Letters act by their place on the keyboard. <kbd>Ctrl K</kbd> finds every command by name.
        <label>
          <input type="checkbox" checked={viewer.keys.singleKeys.value} onChange={() => viewer.keys.toggle()} />
          single letters are keys
        </label>
      </p>
      <div class="help-columns">
        {groups.map((group) => (
          <section key={group}>
            <h3>{group}</h3>
            <dl>
              {COMMANDS.filter((command) => command.group === group).map((command) => (
                <HelpRow key={command.id} command={command} layout={layout} />
              ))}
            </dl>
          </section>
        ))}
        <FilterHelp />
        <section>
          <h3>Mouse and touch</h3>
          <dl>
            {MOUSE.map(([gesture, effect]) => (
              <Fragment key={gesture}>
                <dt>{gesture}</dt>
                <dd>{effect}</dd>
              </Fragment>
            ))}
          </dl>
        </section>
      </div>
    </dialog>
  );
}

/** The language of the filter, from the table that it is read by. */
function FilterHelp() {
  return (
    <section>
      <h3>Filter</h3>
      <p class="muted">
        All terms must hold: <code>state=ready dur&gt;1ms http</code>. <code>=~</code> contains, <code>*</code> any
        text, <code>-</code> or <code>!=</code> not, commas part alternatives.
      </p>
      <dl>
        {Object.entries(FILTER_KEYS).map(([key, { about, example }]) => (
          <Fragment key={key}>
            <dt>
              <code>{example}</code>
            </dt>
            <dd>{about}</dd>
          </Fragment>
        ))}
      </dl>
    </section>
  );
}

type Layout = ReadonlyMap<string, string>;

/** What the keys of this keyboard are called: letters are bound by their place, and on AZERTY W is Z. */
function useLayout(): Layout {
  const [layout, setLayout] = useState<Layout>(new Map());
  useEffect(() => {
    // Not in every browser.
    const { keyboard } = navigator as { keyboard?: { getLayoutMap?: () => Promise<Layout> } };
    void keyboard?.getLayoutMap?.().then(setLayout, () => {});
  }, []);
  return layout;
}

/** A key as it is called on this keyboard. */
function labelOf(key: Key, layout: Layout): string {
  const letter = key.code?.startsWith('Key') ? layout.get(key.code) : undefined;
  return letter === undefined ? key.label : key.label.replace(/\p{L}$/u, letter.toUpperCase());
}

function HelpRow({ command, layout }: { command: Command; layout: Layout }) {
  return (
    <>
      <dt>
        {command.keys.length === 0 && 'palette'}
        {command.keys.map((key) => (
          <kbd key={key.label}>{labelOf(key, layout)}</kbd>
        ))}
      </dt>
      <dd>{command.title}</dd>
    </>
  );
}
