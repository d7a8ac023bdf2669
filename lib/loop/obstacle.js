'use strict'

/** Why no stack can be taken on this thread, if none can. */
function obstacle() {
  if (!process.features.inspector) return 'Node was built without its inspector'
  const { permission } = /** @type {any} */ (process)
  if (permission !== undefined && !(permission.has('worker') && permission.has('inspector'))) {
    return 'the permission model forbids it'
  }
  if (require('node:inspector').Session.prototype.connectToMainThread === undefined) {
    return 'this runtime has no inspector of other threads'
  }
}

module.exports = { obstacle }
