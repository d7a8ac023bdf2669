import child_process from '../lib/child_process/index.js'

export default child_process
export const {
  ChildProcess,
  RunError,
  _forkChild,
  exec,
  execFile,
  execFileSync,
  execSync,
  fork,
  killTree,
  run,
  spawn,
  spawnSync,
} = /** @type {any} */ (child_process)
