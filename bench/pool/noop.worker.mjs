// The task that does nothing, for every pool whose workers are files with a default export.
export default (task) => task
