/** Which handler tries which event. A timed event without one does not compile. */
import { EVENTS, type TimedEventName } from '../../format/index.ts';
import {
  goLabel,
  heapAlloc,
  heapGoal,
  procsChange,
  userLog,
  userRegionBegin,
  userRegionEnd,
  userTaskBegin,
  userTaskEnd,
} from './annotations.ts';
import { experimental } from './experiments.ts';
import { goBlock, goCreate, goDestroy, goStart, goStatus, goStop, goSwitch, goUnblock } from './goroutines.ts';
import type { Handler } from './ordering.ts';
import { procStart, procStatus, procSteal, procStop } from './procs.ts';
import {
  gcActive,
  gcBegin,
  gcEnd,
  markAssistActive,
  markAssistBegin,
  markAssistEnd,
  stwBegin,
  stwEnd,
  sweepActive,
  sweepBegin,
  sweepEnd,
} from './ranges.ts';
import { goCreateSyscall, goDestroySyscall, goSyscallBegin, goSyscallEnd, goSyscallEndBlocked } from './syscalls.ts';

const HANDLERS: Readonly<Record<TimedEventName, Handler>> = {
  ProcsChange: procsChange,
  ProcStart: procStart,
  ProcStop: procStop,
  ProcSteal: procSteal,
  ProcStatus: procStatus,
  GoCreate: goCreate,
  GoCreateSyscall: goCreateSyscall,
  GoStart: goStart,
  GoDestroy: goDestroy,
  GoDestroySyscall: goDestroySyscall,
  GoStop: goStop,
  GoBlock: goBlock,
  GoUnblock: goUnblock,
  GoSyscallBegin: goSyscallBegin,
  GoSyscallEnd: goSyscallEnd,
  GoSyscallEndBlocked: goSyscallEndBlocked,
  GoStatus: goStatus,
  STWBegin: stwBegin,
  STWEnd: stwEnd,
  GCActive: gcActive,
  GCBegin: gcBegin,
  GCEnd: gcEnd,
  GCSweepActive: sweepActive,
  GCSweepBegin: sweepBegin,
  GCSweepEnd: sweepEnd,
  GCMarkAssistActive: markAssistActive,
  GCMarkAssistBegin: markAssistBegin,
  GCMarkAssistEnd: markAssistEnd,
  HeapAlloc: heapAlloc,
  HeapGoal: heapGoal,
  GoLabel: goLabel,
  UserTaskBegin: userTaskBegin,
  UserTaskEnd: userTaskEnd,
  UserRegionBegin: userRegionBegin,
  UserRegionEnd: userRegionEnd,
  UserLog: userLog,
  GoSwitch: goSwitch,
  GoSwitchDestroy: goSwitch,
  GoCreateBlocked: goCreate,
  GoStatusStack: goStatus,
  Span: experimental,
  SpanAlloc: experimental,
  SpanFree: experimental,
  HeapObject: experimental,
  HeapObjectAlloc: experimental,
  HeapObjectFree: experimental,
  GoroutineStack: experimental,
  GoroutineStackAlloc: experimental,
  GoroutineStackFree: experimental,
};

/** The handlers by event id. Ids of events that are not timed have none: the cursor refuses those. */
export const HANDLER_BY_ID: readonly (Handler | undefined)[] = (() => {
  const byId = new Array<Handler | undefined>(256).fill(undefined);
  for (const [name, handler] of Object.entries(HANDLERS)) byId[EVENTS[name as TimedEventName].id] = handler;
  return byId;
})();
