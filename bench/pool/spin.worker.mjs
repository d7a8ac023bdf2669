// A task that keeps its thread busy for so many milliseconds; says when it began, by the process's clock.
const now = () => performance.timeOrigin + performance.now()

export default ({ ms, payload }) => {
  const began = now()
  while (now() - began < ms);
  return payload === undefined ? began : payload.length
}
