// Sends back what it got, transferred, by whichever pool runs it.
import ironloop from 'ironloop/pool'
import * as piscina from 'piscina'
import { Tinypool } from 'tinypool'

const { move } = ironloop.isWorkerThread ? ironloop : piscina.isWorkerThread ? piscina : Tinypool

export default (bytes) => move(bytes)
