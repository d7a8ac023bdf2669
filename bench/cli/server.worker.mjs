// A server with some work to do: it renders a list. Ends by SIGTERM.
import { createServer } from 'node:http'

const rows = Array.from({ length: 100 }, (_, at) => ({ id: at, name: `row ${at}`, tags: ['a', 'b', 'c'] }))

const server = createServer(({ url }, response) => {
  if (url === '/cpu') {
    const { system, user } = process.cpuUsage()
    return response.end(String(system + user))
  }
  response.setHeader('content-type', 'application/json')
  response.end(JSON.stringify(rows.filter(({ id }) => id % 3 !== 0)))
})
server.listen(0, '127.0.0.1', () => console.log(server.address().port))
process.on('SIGTERM', () => process.exit(0))
