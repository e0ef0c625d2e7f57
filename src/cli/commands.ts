/** All commands, in the order in which the help lists them. A new command is one file and one line here. */
import type { Command } from './command.ts';
import { cut } from './cut.ts';
import { diff } from './diff.ts';
import { dump } from './dump.ts';
import { explain } from './explain.ts';
import { exportCommand } from './export.ts';
import { groups } from './groups.ts';
import { merge } from './merge.ts';
import { mmu } from './mmu.ts';
import { profile } from './profile.ts';
import { record } from './record.ts';
import { run } from './run.ts';
import { stat } from './stat.ts';
import { tasks } from './tasks.ts';
import { test } from './test.ts';
import { view } from './view.ts';

export const COMMANDS: readonly Command[] = [
  run,
  record,
  test,
  view,
  explain,
  stat,
  groups,
  tasks,
  profile,
  mmu,
  diff,
  cut,
  merge,
  exportCommand,
  dump,
];
