// The task that does nothing, in CommonJS: what every pool starts quickest with.
module.exports = (task) => task
