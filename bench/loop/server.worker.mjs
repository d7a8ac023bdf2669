// Loaded into the server before it: its loop is watched, and its figures are asked for as a monitor does.
import { stats, watch } from 'ironloop/loop'

watch({ thresholdMs: 50 })
let before = stats()
setInterval(() => {
  before = stats(before)
}, 1000).unref()
