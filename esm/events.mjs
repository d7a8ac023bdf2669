import events from '../lib/events/index.js'

export default events
export const {
  Bus,
  EventEmitter,
  EventEmitterAsyncResource,
  SharedEmitter,
  addAbortListener,
  captureRejectionSymbol,
  captureRejections,
  defaultMaxListeners,
  errorMonitor,
  getEventListeners,
  getMaxListeners,
  init,
  listenerCount,
  on,
  once,
  setMaxListeners,
  usingDomains,
} = events
