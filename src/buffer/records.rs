//! Raw functions of compiled structs. A field comes as nine numbers: kind, width, big-endian or reversed, signed or
//! shift, mask, offset, repeat, step, and the start of its column.

use ironloop_core::buffer::records::{self, Field, Kernel, Kind, Numbers, Places, Single};
use ironloop_sys::buffer::strided::{self, Strided};
use ironloop_sys::buffer::transpose::{self, Number};

use crate::raw::{Call, Failure, Outcome, Reply};

const NUMBERS: usize = 9;

/// A struct has no more fields.
const MOST_FIELDS: usize = 4096;

fn field(numbers: &[f64; NUMBERS]) -> Field {
    let [kind, width, flag, extra, mask, offset, repeat, step, column] = *numbers;
    let (width, big_endian) = (width as usize, flag != 0.0);
    let kind = match kind as u32 {
        0 => Kind::Bytes(width),
        1 => Kind::Number {
            width,
            reversed: big_endian != cfg!(target_endian = "big"),
        },
        2 => Kind::Odd {
            width,
            big_endian,
            signed: extra != 0.0,
        },
        _ => Kind::Bits {
            width,
            big_endian,
            shift: extra as u32,
            mask: mask as u32,
        },
    };
    Field {
        kind,
        offset: offset as usize,
        repeat: repeat as usize,
        step: step as usize,
        column: column as usize,
    }
}

fn fields(call: &Call, index: usize) -> Result<Vec<Field>, Failure> {
    let (numbers, _) = call.elements::<f64>(index)?.as_chunks::<NUMBERS>();
    if numbers.len() > MOST_FIELDS {
        return Err(Failure::internal("too many fields"));
    }
    Ok(numbers.iter().map(field).collect())
}

/// The kernel, in the core's terms; the core has seen to it that all places exist.
struct Vectors;

impl Kernel for Vectors {
    fn transpose(
        &self,
        records: &[u8],
        size: usize,
        numbers: &[Single],
        columns: &mut [u8],
    ) -> usize {
        let number = |one: &Single| Number {
            offset: one.offset,
            width: one.width,
            reversed: one.reversed,
            column: one.column,
        };
        let numbers: Vec<Number> = numbers.iter().map(number).collect();
        transpose::transpose(records, size, &numbers, columns)
    }

    fn copy(&self, from: &[u8], to: &mut [u8], numbers: Numbers) {
        let strided = |places: Places| Strided {
            start: places.start,
            step: places.step,
            count: numbers.count,
        };
        let Numbers {
            width, reversed, ..
        } = numbers;
        strided::copy(
            from,
            strided(numbers.from),
            to,
            strided(numbers.to),
            width,
            reversed,
        );
    }
}

fn refused() -> Failure {
    Failure::internal("fields, records and columns do not fit each other")
}

/// (bytes, size, count, fields: Float64Array, columns)
pub(super) fn gather(call: &Call) -> Outcome {
    let (size, count) = (call.usize(1)?, call.usize(2)?);
    let fields = fields(call, 3)?;
    let (bytes, columns) = (call.bytes(0)?, call.bytes_mut(4)?);
    if !records::gather(bytes, size, count, &fields, columns, &Vectors) {
        return Err(refused());
    }
    Ok(Reply::Undefined)
}

/// (column, size, count, one field: Float64Array, out)
pub(super) fn scatter(call: &Call) -> Outcome {
    let (size, count) = (call.usize(1)?, call.usize(2)?);
    let fields = fields(call, 3)?;
    let (column, out) = (call.bytes(0)?, call.bytes_mut(4)?);
    for field in &fields {
        if !records::scatter(column, field, size, count, out, &Vectors) {
            return Err(refused());
        }
    }
    Ok(Reply::Undefined)
}
