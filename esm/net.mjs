import net from '../lib/net/index.js'

export default net
export const { createFramedServer, delimited, framed, lengthPrefixed, netstring, sendFile, struct } = net
