import Pool from '../lib/pool/index.js'

export default Pool
export const { Piscina, isWorkerThread, version, workerData } = Pool
export { Pool }
