import Pool from '../lib/pool/index.js'

export default Pool
export const {
  ArrayTaskQueue,
  FixedQueue,
  LeastBusyBalancer,
  Piscina,
  isWorkerThread,
  move,
  queueOptionsSymbol,
  transferableSymbol,
  valueSymbol,
  version,
  workerData,
} = Pool
export { Pool }
