/** The help overlay: every command with its keys, generated from the command list, so that it cannot be wrong. */
import { useEffect, useRef } from 'preact/hooks';
import { COMMANDS, type Command } from '../state/commands.ts';
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
  useEffect(() => {
    dialog.current?.showModal();
  }, []);
  const close = () => {
    app.helpOpen.value = false;
  };
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
      <div class="help-columns">
        {groups.map((group) => (
          <section key={group}>
            <h3>{group}</h3>
            <dl>
              {COMMANDS.filter((command) => command.group === group).map((command) => (
                <HelpRow key={command.id} command={command} />
              ))}
            </dl>
          </section>
        ))}
        <section>
          <h3>Mouse and touch</h3>
          <dl>
            {MOUSE.map(([gesture, effect]) => (
              <>
                <dt>{gesture}</dt>
                <dd>{effect}</dd>
              </>
            ))}
          </dl>
        </section>
      </div>
    </dialog>
  );
}

function HelpRow({ command }: { command: Command }) {
  return (
    <>
      <dt>
        {command.keys.map((key) => (
          <kbd key={key.label}>{key.label}</kbd>
        ))}
      </dt>
      <dd>{command.title}</dd>
    </>
  );
}
