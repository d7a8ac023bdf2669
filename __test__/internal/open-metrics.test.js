'use strict'

const { renderMetrics } = require('../../lib/internal/open-metrics.js')

test('families are written as OpenMetrics asks for it', () => {
  const text = renderMetrics(
    [
      ['counter', 'a_sent', 'Sent.', 3],
      ['gauge', 'a_queued_bytes', 'Queued.', 1.5],
      ['summary', 'a_wait_seconds', 'Waited.', { quantiles: { 0.5: 0.25, 0.99: 2 }, count: 7, sum: 3.5 }],
    ],
    { name: 'back\\slash "quoted"\nline', thread: 0 }
  )
  const labels = 'name="back\\\\slash \\"quoted\\"\\nline",thread="0"'
  expect(text.split('\n')).toEqual([
    '# TYPE a_sent counter',
    '# HELP a_sent Sent.',
    `a_sent_total{${labels}} 3`,
    '# TYPE a_queued_bytes gauge',
    '# UNIT a_queued_bytes bytes',
    '# HELP a_queued_bytes Queued.',
    `a_queued_bytes{${labels}} 1.5`,
    '# TYPE a_wait_seconds summary',
    '# UNIT a_wait_seconds seconds',
    '# HELP a_wait_seconds Waited.',
    `a_wait_seconds{${labels},quantile="0.5"} 0.25`,
    `a_wait_seconds{${labels},quantile="0.99"} 2`,
    `a_wait_seconds_count{${labels}} 7`,
    `a_wait_seconds_sum{${labels}} 3.5`,
    '# EOF',
    '',
  ])
})
