'use strict'

const { codes } = require('../../internal/errors.js')
const { validateInteger, validateObject, validateView } = require('../../internal/validators.js')
const { bufferOf } = require('../input.js')
const { outputOf } = require('../output.js')
const { overlap, plain } = require('../raw.js')
const { columnAt, columnOf, fill, leavesOf, planFor, put, scatter } = require('./columns.js')
const { isDense, layoutOf } = require('./layout.js')
const { assembler } = require('./objects.js')
const { packVariable, readFields, readVariable, shape, sizeAt, writeFields } = require('./record.js')

const MOST_LEAVES = 4096
/** Fewer records are read one by one. */
const FEW = 16

/** @typedef {Record<string, any>} Rec */
/** @typedef {{ owner: Struct, room: import('./columns.js').Room }} Memory */

/** Columns that know what they were filled into, for those who reuse them. (A WeakMap cost more than the filling.) */
class Columns {
  /** @type {Memory} */
  #memory

  /** @param {Memory} memory */
  constructor(memory) {
    this.#memory = memory
  }

  /**
   * @param {object} columns
   * @returns {Memory | undefined}
   */
  static memoryOf(columns) {
    return #memory in columns ? columns.#memory : undefined
  }
}

class Struct {
  #fields
  #size
  #leaves
  /** Of the last call: most have as many records as the one before. */
  #plan
  /** Where records are plain objects of numbers and texts, that columns make quicker than reads. */
  #assemble
  #isDense

  /** @param {{ size?: number, fields: object }} description */
  constructor(description) {
    const { fields, size } = layoutOf(description, 'description')
    this.#fields = fields
    this.#size = size
    this.#leaves = leavesOf(fields)
    shape(fields)
    this.#plan = planFor(this.#leaves, 0)
    this.#isDense = isDense(fields, size)
    const isFlat = fields.every(({ is, isArray }) => (is === 'number' || is === 'text') && !isArray)
    this.#assemble = isFlat ? assembler(fields.map(({ name }) => name)) : undefined
    if (this.#leaves.length > MOST_LEAVES) {
      throw new codes.ERR_OUT_OF_RANGE('description.fields', `at most ${MOST_LEAVES} values`, this.#leaves.length)
    }
  }

  /** The bytes of a record; undefined where records have parts of variable length. */
  get size() {
    return this.#size
  }

  /**
   * @param {NodeJS.ArrayBufferView} bytes
   * @param {number} [offset]
   * @returns {number}
   */
  recordSize(bytes, offset = 0) {
    validateView(bytes, 'bytes')
    validateInteger(offset, 'offset', 0, bytes.byteLength)
    if (this.#size === undefined) return sizeAt(this.#fields, bufferOf(bytes), offset)
    return offset + this.#size > bytes.byteLength ? -1 : this.#size
  }

  /**
   * @param {NodeJS.ArrayBufferView} bytes
   * @param {number} [offset]
   * @returns {Rec}
   */
  read(bytes, offset = 0) {
    validateView(bytes, 'bytes')
    const view = bufferOf(this.#size === undefined ? plain(bytes) : bytes)
    if (this.recordSize(view, offset) === -1) {
      throw new codes.ERR_OUT_OF_RANGE('bytes.byteLength', 'enough for a whole record', view.length)
    }
    return this.#size === undefined ? readVariable(this.#fields, view, offset) : readFields(this.#fields, view, offset)
  }

  /**
   * @param {Rec} record
   * @param {NodeJS.ArrayBufferView} bytes
   * @param {number} [offset]
   * @returns {number} the offset behind it
   */
  write(record, bytes, offset = 0) {
    const out = bufferOf(outputOf(bytes, 'bytes'))
    validateInteger(offset, 'offset', 0, out.length)
    const packed = this.#size === undefined ? packVariable(this.#fields, record) : undefined
    const end = offset + (packed?.length ?? /** @type {number} */ (this.#size))
    if (end > out.length) throw new codes.ERR_OUT_OF_RANGE('bytes.byteLength', `>= ${end}`, out.length)
    if (packed !== undefined) packed.copy(out, offset)
    else writeFields(this.#fields, record, out, offset)
    return end
  }

  /**
   * @param {NodeJS.ArrayBufferView} bytes
   * @param {number} [count]
   * @param {object} [reuse]
   * @returns {Rec}
   */
  columns(bytes, count, reuse) {
    validateView(bytes, 'bytes')
    const size = this.#size
    if (size === undefined)
      throw new codes.ERR_INVALID_ARG_VALUE('bytes', bytes, 'records of variable length have no columns')
    const most = Math.floor(bytes.byteLength / size)
    const records = count ?? most
    validateInteger(records, 'count', 0, most)
    if (reuse === undefined) {
      const made = { owner: this, room: this.#room(records) }
      return this.#fill(new Columns(made), made, bytes, records, true)
    }
    validateObject(reuse, 'reuse')
    const memory = Columns.memoryOf(reuse)
    if (memory?.owner !== this) throw new codes.ERR_INVALID_ARG_VALUE('reuse', reuse, 'must be columns of this struct')
    if (memory.room.memory.length < memory.room.plan.total || overlap(bytes, memory.room.memory)) {
      throw new codes.ERR_INVALID_ARG_VALUE('reuse', reuse, 'must have their memory still, and not that of the bytes')
    }
    validateInteger(records, 'count', 0, memory.room.plan.count)
    return this.#fill(reuse, memory, bytes, records, false)
  }

  /** @param {number} count */
  #room(count) {
    if (this.#plan.count !== count) this.#plan = planFor(this.#leaves, count)
    // Every byte of it is written: all columns are filled to their ends before anybody sees them.
    const memory = Buffer.allocUnsafeSlow(this.#plan.total)
    // Asked for once: the question is a call into V8.
    return { memory, buffer: memory.buffer, plan: this.#plan }
  }

  /**
   * @param {Rec} columns
   * @param {Memory} memory
   * @param {NodeJS.ArrayBufferView} bytes
   * @param {number} records
   * @param {boolean} isNew
   */
  #fill(columns, memory, bytes, records, isNew) {
    fill(/** @type {number} */ (this.#size), records, bytes, memory.room)
    for (let n = 0; n < this.#leaves.length; n++) {
      const leaf = this.#leaves[n]
      if (isNew || leaf.field.is === 'text') put(columns, leaf, columnAt(leaf, memory.room, n, records))
    }
    return columns
  }

  /**
   * @param {NodeJS.ArrayBufferView} bytes
   * @param {number} [count]
   * @returns {Rec[]}
   */
  unpack(bytes, count) {
    validateView(bytes, 'bytes')
    const view = bufferOf(plain(bytes))
    const size = this.#size
    if (size === undefined) return this.#unpackVariable(view, count)
    const records = count ?? Math.floor(view.length / size)
    validateInteger(records, 'count', 0, Math.floor(view.length / size))
    if (this.#assemble !== undefined && records >= FEW) {
      const whole = this.columns(view, records)
      return this.#assemble(
        this.#leaves.map((leaf) => columnOf(whole, leaf)),
        records
      )
    }
    return Array.from({ length: records }, (_, n) => readFields(this.#fields, view, n * size))
  }

  /**
   * @param {Buffer} view
   * @param {number | undefined} count
   */
  #unpackVariable(view, count) {
    if (count !== undefined) validateInteger(count, 'count', 0)
    const records = []
    let at = 0
    while (records.length !== count) {
      const size = sizeAt(this.#fields, view, at)
      if (size === -1 || at === view.length) break
      records.push(readVariable(this.#fields, view, at))
      at += size
    }
    if (count !== undefined && records.length < count)
      throw new codes.ERR_OUT_OF_RANGE('count', `<= ${records.length}`, count)
    return records
  }

  /**
   * @param {Rec[] | Rec} records an array of records, or columns
   * @param {number} [count] of records in columns
   * @returns {Buffer}
   */
  pack(records, count) {
    if (Array.isArray(records)) return this.#packRecords(records)
    validateObject(records, 'records')
    const size = this.#size
    if (size === undefined)
      throw new codes.ERR_INVALID_ARG_VALUE('records', records, 'of variable length must be an array')
    const inferred = count ?? Columns.memoryOf(records)?.room.plan.count
    validateInteger(inferred, 'count', 0, Math.floor(Number.MAX_SAFE_INTEGER / size))
    const out = this.#isDense ? Buffer.allocUnsafe(size * inferred) : Buffer.alloc(size * inferred)
    for (const leaf of this.#leaves) scatter(leaf, columnOf(records, leaf), size, inferred, out)
    return out
  }

  /** @param {Rec[]} records */
  #packRecords(records) {
    const size = this.#size
    if (size === undefined) return Buffer.concat(records.map((record) => packVariable(this.#fields, record)))
    const out = Buffer.alloc(records.length * size)
    for (const [n, record] of records.entries()) writeFields(this.#fields, record, out, n * size)
    return out
  }
}

/** @param {{ size?: number, fields: object }} description */
function compileStruct(description) {
  return new Struct(description)
}

module.exports = { compileStruct }
