// A task that keeps its thread busy for so many milliseconds; says when it began, by a clock that all threads share.
const now = () => Number(process.hrtime.bigint()) / 1e6

export default ({ ms, payload }) => {
  const began = now()
  while (now() - began < ms);
  return payload === undefined ? began : payload.length
}
