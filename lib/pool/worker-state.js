'use strict'

// What code in a worker of a Pool can ask: set once, before the handler is loaded.

/** @type {{ isWorkerThread: boolean, workerData: any }} */
module.exports = { isWorkerThread: false, workerData: undefined }
