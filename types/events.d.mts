export type { BusOpenOptions, BusStats, Message, MessageMeta, SubscribeOptions, Subscription } from './events.js'
export {
  addAbortListener,
  Bus,
  captureRejectionSymbol,
  captureRejections,
  default,
  defaultMaxListeners,
  EventEmitter,
  EventEmitterAsyncResource,
  errorMonitor,
  getEventListeners,
  getMaxListeners,
  listenerCount,
  on,
  once,
  setMaxListeners,
} from './events.js'
