'use strict'
module.exports = { openBoard: () => ({ close() {} }) }
