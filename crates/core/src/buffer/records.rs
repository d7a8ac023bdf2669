//! Records of one size to columns and back: plain numbers as far as a kernel takes all of them at once, and for each other
//! field a strided loop over the records, in blocks that stay in the processor's cache while all fields are taken from
//! them. Columns are bytes in the machine's own order. The kernel is not this crate's business.

/// How a field's bytes become an element of its column.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Kind {
    /// So many bytes as they are.
    Bytes(usize),
    /// A number of 1, 2, 4 or 8 bytes; reversed if its order is not the machine's.
    Number { width: usize, reversed: bool },
    /// An integer of 3, 5 or 6 bytes: 3 become 32 bits, more become a double.
    Odd {
        width: usize,
        big_endian: bool,
        signed: bool,
    },
    /// Bits of an integer of up to 4 bytes; they become 32 bits. Packing ors them in.
    Bits {
        width: usize,
        big_endian: bool,
        shift: u32,
        mask: u32,
    },
}

/// One field: where it is in a record, how often, and where its column starts.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Field {
    pub kind: Kind,
    pub offset: usize,
    pub repeat: usize,
    /// From one repetition to the next.
    pub step: usize,
    pub column: usize,
}

impl Kind {
    /// The bytes that it takes of a record.
    fn width(self) -> usize {
        match self {
            Kind::Bytes(width)
            | Kind::Number { width, .. }
            | Kind::Odd { width, .. }
            | Kind::Bits { width, .. } => width,
        }
    }

    /// The bytes of an element of its column.
    #[must_use]
    pub fn element(self) -> usize {
        match self {
            Kind::Bytes(width) | Kind::Number { width, .. } => width,
            Kind::Odd { width: 3, .. } | Kind::Bits { .. } => 4,
            Kind::Odd { .. } => 8,
        }
    }
}

impl Field {
    /// A plain number that a record has once.
    fn single(&self) -> Option<Single> {
        match self.kind {
            Kind::Number { width, reversed } if self.repeat == 1 => Some(Single {
                offset: self.offset,
                width,
                reversed,
                column: self.column,
            }),
            _ => None,
        }
    }

    /// Whether it lies within records and columns of these sizes.
    fn fits(&self, size: usize, count: usize, columns: usize) -> bool {
        let inside = || {
            let last = self.repeat.checked_sub(1)?.checked_mul(self.step)?;
            let end = last
                .checked_add(self.offset)?
                .checked_add(self.kind.width())?;
            let bytes = self
                .kind
                .element()
                .checked_mul(self.repeat)?
                .checked_mul(count)?;
            Some(end <= size && bytes.checked_add(self.column)? <= columns)
        };
        inside().unwrap_or(false)
    }
}

/// Some numbers in records or columns: the place of the first, and the distance from one to the next.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Places {
    pub start: usize,
    pub step: usize,
}

/// Numbers of `width` bytes, `count` of them, to be copied from one place to another, reversed or not.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Numbers {
    pub from: Places,
    pub to: Places,
    pub count: usize,
    pub width: usize,
    pub reversed: bool,
}

/// A number of every record: at which offset, and where its column starts.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Single {
    pub offset: usize,
    pub width: usize,
    pub reversed: bool,
    pub column: usize,
}

/// What copies plain numbers.
pub trait Kernel {
    /// Fills the columns of these numbers from the first of the records, of `size` bytes each: from how many is its to say.
    fn transpose(
        &self,
        records: &[u8],
        size: usize,
        numbers: &[Single],
        columns: &mut [u8],
    ) -> usize;

    /// Copies numbers from their places in one slice to those in another.
    fn copy(&self, from: &[u8], to: &mut [u8], numbers: Numbers);
}

const BLOCK: usize = 16 << 10;

/// Fills the columns from `count` records of `size` bytes at the start of `bytes`. False, with nothing done, if a field
/// is not inside a record or a column not inside `columns`, or there are fewer records.
pub fn gather(
    bytes: &[u8],
    size: usize,
    count: usize,
    fields: &[Field],
    columns: &mut [u8],
    kernel: &impl Kernel,
) -> bool {
    let Some(records) = size.checked_mul(count).and_then(|all| bytes.get(..all)) else {
        return false;
    };
    if size == 0
        || !fields
            .iter()
            .all(|one| one.fits(size, count, columns.len()))
    {
        return false;
    }
    let singles: Vec<Single> = fields.iter().filter_map(Field::single).collect();
    let done = kernel
        .transpose(records, size, &singles, columns)
        .min(count);
    let others = |one: &&Field| done == 0 || one.single().is_none();
    if done > 0 {
        for field in fields.iter().filter(|one| one.single().is_some()) {
            gather_field(&records[done * size..], size, field, done, columns, kernel);
        }
    }
    let block = (BLOCK / size).max(1);
    for (index, part) in records.chunks(block * size).enumerate() {
        for field in fields.iter().filter(others) {
            gather_field(part, size, field, index * block, columns, kernel);
        }
    }
    true
}

/// One field of some records, which come after `done` others.
fn gather_field(
    part: &[u8],
    size: usize,
    field: &Field,
    done: usize,
    columns: &mut [u8],
    kernel: &impl Kernel,
) {
    let element = field.kind.element();
    let column = &mut columns[field.column + done * field.repeat * element..];
    for repetition in 0..field.repeat {
        let numbers = Numbers {
            from: Places {
                start: field.offset + repetition * field.step,
                step: size,
            },
            to: Places {
                start: repetition * element,
                step: element * field.repeat,
            },
            count: part.len() / size,
            width: field.kind.width(),
            reversed: matches!(field.kind, Kind::Number { reversed: true, .. }),
        };
        match field.kind {
            Kind::Number { .. } => kernel.copy(part, column, numbers),
            kind => take(part, column, numbers, kind),
        }
    }
}

fn take(part: &[u8], column: &mut [u8], numbers: Numbers, kind: Kind) {
    let Numbers {
        from, to, count, ..
    } = numbers;
    for index in 0..count {
        let bytes = &part[from.start + index * from.step..][..kind.width()];
        let slot = &mut column[to.start + index * to.step..][..kind.element()];
        take_one(bytes, kind, slot);
    }
}

#[inline(always)]
fn take_one(bytes: &[u8], kind: Kind, slot: &mut [u8]) {
    match kind {
        Kind::Bytes(_) | Kind::Number { .. } => slot.copy_from_slice(bytes),
        Kind::Odd {
            width,
            big_endian,
            signed,
        } => {
            let value = integer(bytes, big_endian);
            let unused = 64 - 8 * width as u32;
            let value = if signed {
                (value << unused).cast_signed() >> unused
            } else {
                value.cast_signed()
            };
            if width == 3 {
                slot.copy_from_slice(&(value as i32).to_ne_bytes());
            } else {
                slot.copy_from_slice(&(value as f64).to_ne_bytes());
            }
        }
        Kind::Bits {
            big_endian,
            shift,
            mask,
            ..
        } => {
            let value = integer(bytes, big_endian) as u32 >> shift & mask;
            slot.copy_from_slice(&value.to_ne_bytes());
        }
    }
}

fn integer(bytes: &[u8], big_endian: bool) -> u64 {
    let join = |value: u64, byte: &u8| value << 8 | u64::from(*byte);
    if big_endian {
        bytes.iter().fold(0, join)
    } else {
        bytes.iter().rev().fold(0, join)
    }
}

fn put_integer(value: u64, out: &mut [u8], big_endian: bool) {
    let width = out.len();
    for (at, byte) in out.iter_mut().enumerate() {
        let place = if big_endian { width - 1 - at } else { at };
        *byte = (value >> (8 * place)) as u8;
    }
}

/// Writes one field of `count` records from its column, which starts at `columns[field.column]`. What of a record no
/// field covers is left as it is. False, with nothing done, as in `gather`.
pub fn scatter(
    columns: &[u8],
    field: &Field,
    size: usize,
    count: usize,
    out: &mut [u8],
    kernel: &impl Kernel,
) -> bool {
    let Some(records) = size.checked_mul(count).and_then(|all| out.get_mut(..all)) else {
        return false;
    };
    if size == 0 || !field.fits(size, count, columns.len()) {
        return false;
    }
    let (element, width) = (field.kind.element(), field.kind.width());
    let column = &columns[field.column..];
    for repetition in 0..field.repeat {
        let from = Places {
            start: repetition * element,
            step: element * field.repeat,
        };
        let to = Places {
            start: field.offset + repetition * field.step,
            step: size,
        };
        if let Kind::Number { reversed, .. } = field.kind {
            let numbers = Numbers {
                from,
                to,
                count,
                width,
                reversed,
            };
            kernel.copy(column, records, numbers);
            continue;
        }
        for index in 0..count {
            let value = &column[from.start + index * from.step..][..element];
            put(
                value,
                field.kind,
                &mut records[to.start + index * to.step..][..width],
            );
        }
    }
    true
}

#[inline(always)]
fn put(value: &[u8], kind: Kind, out: &mut [u8]) {
    match kind {
        Kind::Bytes(_) | Kind::Number { .. } => out.copy_from_slice(value),
        Kind::Odd { big_endian, .. } => {
            let integer = match (value.first_chunk::<4>(), value.first_chunk::<8>()) {
                (_, Some(double)) => f64::from_ne_bytes(*double) as i64,
                (Some(word), None) => i64::from(i32::from_ne_bytes(*word)),
                (None, None) => 0,
            };
            put_integer(integer.cast_unsigned(), out, big_endian);
        }
        Kind::Bits {
            big_endian,
            shift,
            mask,
            ..
        } => {
            let bits = value
                .first_chunk::<4>()
                .map_or(0, |word| u32::from_ne_bytes(*word));
            let before = integer(out, big_endian) as u32;
            let after = before & !(mask << shift) | (bits & mask) << shift;
            put_integer(u64::from(after), out, big_endian);
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// By loops; of so many records all numbers at once.
    struct Loops(usize);

    impl Kernel for Loops {
        fn transpose(
            &self,
            records: &[u8],
            size: usize,
            numbers: &[Single],
            columns: &mut [u8],
        ) -> usize {
            let count = self.0.min(records.len() / size);
            for one in numbers {
                let from = Places {
                    start: one.offset,
                    step: size,
                };
                let to = Places {
                    start: one.column,
                    step: one.width,
                };
                let (width, reversed) = (one.width, one.reversed);
                let numbers = Numbers {
                    from,
                    to,
                    count,
                    width,
                    reversed,
                };
                self.copy(records, columns, numbers);
            }
            count
        }

        fn copy(&self, from: &[u8], to: &mut [u8], numbers: Numbers) {
            let Numbers {
                from: at,
                to: slots,
                count,
                width,
                reversed,
            } = numbers;
            for index in 0..count {
                let mut bytes = from[at.start + index * at.step..][..width].to_vec();
                if reversed {
                    bytes.reverse();
                }
                to[slots.start + index * slots.step..][..width].copy_from_slice(&bytes);
            }
        }
    }

    fn kinds() -> impl Strategy<Value = Kind> {
        prop_oneof![
            (1..9_usize).prop_map(Kind::Bytes),
            (prop::sample::select(vec![1, 2, 4, 8]), any::<bool>())
                .prop_map(|(width, reversed)| Kind::Number { width, reversed }),
            (
                prop::sample::select(vec![3, 5, 6]),
                any::<bool>(),
                any::<bool>()
            )
                .prop_map(|(width, big_endian, signed)| Kind::Odd {
                    width,
                    big_endian,
                    signed
                }),
            (
                prop::sample::select(vec![1_usize, 2, 4]),
                any::<bool>(),
                0..8_u32
            )
                .prop_map(|(width, big_endian, shift)| Kind::Bits {
                    width,
                    big_endian,
                    shift,
                    mask: 0xFFFF_FFFF >> (32 - (8 * width as u32 - shift))
                }),
        ]
    }

    proptest! {
        #[test]
        fn columns_give_the_records_back(
            kind in kinds(),
            repeat in 1..4_usize,
            gap in 0..3_usize,
            offset in 0..5_usize,
            count in 0..40_usize,
            seed in any::<u64>(),
            at_once in 0..40_usize,
        ) {
            let kernel = &Loops(at_once);
            let step = kind.width() + gap;
            let size = offset + step * repeat + 1;
            let field = Field { kind, offset, repeat, step, column: 8 };
            let bytes: Vec<u8> = (0..(size * count) as u64)
                .map(|at| (seed.wrapping_add(at).wrapping_mul(0x9E37_79B9_7F4A_7C15) >> 56) as u8)
                .collect();
            let mut columns = vec![0; 8 + kind.element() * repeat * count];
            prop_assert!(gather(&bytes, size, count, &[field], &mut columns, kernel));
            for (index, record) in bytes.chunks_exact(size).enumerate() {
                for repetition in 0..repeat {
                    let at = 8 + (index * repeat + repetition) * kind.element();
                    let from = offset + repetition * step;
                    let raw = &record[from..from + kind.width()];
                    prop_assert_eq!(columns[at..at + kind.element()].to_vec(), naive(kind, raw));
                }
            }
            // Packing over other bytes restores the field's own and no other.
            let mut again: Vec<u8> = bytes.iter().map(|byte| !byte).collect();
            prop_assert!(scatter(&columns, &field, size, count, &mut again, kernel));
            let mut columns_again = vec![0; columns.len()];
            prop_assert!(gather(&again, size, count, &[field], &mut columns_again, kernel));
            prop_assert_eq!(columns_again, columns);
            for (at, (before, after)) in bytes.iter().zip(&again).enumerate() {
                let place = (at % size).wrapping_sub(offset);
                if place >= step * repeat || place % step >= kind.width() {
                    prop_assert_eq!(*after, !before);
                }
            }
        }
    }

    fn naive(kind: Kind, raw: &[u8]) -> Vec<u8> {
        let mut bytes = raw.to_vec();
        match kind {
            Kind::Bytes(_)
            | Kind::Number {
                reversed: false, ..
            } => {}
            Kind::Number { .. } => bytes.reverse(),
            Kind::Odd {
                big_endian,
                signed,
                width,
            } => {
                if big_endian {
                    bytes.reverse();
                }
                let fill = if signed && bytes[width - 1] > 127 {
                    255
                } else {
                    0
                };
                bytes.resize(8, fill);
                let value = i64::from_le_bytes(bytes[..8].try_into().expect("eight"));
                return match width {
                    3 => (value as i32).to_ne_bytes().to_vec(),
                    _ => (value as f64).to_ne_bytes().to_vec(),
                };
            }
            Kind::Bits {
                big_endian,
                shift,
                mask,
                ..
            } => {
                if big_endian {
                    bytes.reverse();
                }
                bytes.resize(4, 0);
                let value = u32::from_le_bytes(bytes[..4].try_into().expect("four"));
                return (value >> shift & mask).to_ne_bytes().to_vec();
            }
        }
        bytes
    }

    #[test]
    fn what_does_not_fit_is_refused() {
        let kind = Kind::Number {
            width: 4,
            reversed: false,
        };
        let good = Field {
            kind,
            offset: 0,
            repeat: 2,
            step: 4,
            column: 0,
        };
        let mut columns = [7; 16];
        assert!(gather(&[1; 16], 8, 2, &[good], &mut columns, &Loops(0)));
        for wrong in [
            Field { offset: 1, ..good },
            Field { step: 5, ..good },
            Field { repeat: 3, ..good },
            Field { repeat: 0, ..good },
            Field { column: 1, ..good },
            Field {
                step: usize::MAX,
                ..good
            },
            Field {
                column: usize::MAX,
                ..good
            },
        ] {
            let mut columns = [7; 16];
            assert!(!gather(&[1; 16], 8, 2, &[wrong], &mut columns, &Loops(8)));
            assert_eq!(columns, [7; 16]);
            assert!(!scatter(&columns, &wrong, 8, 2, &mut [0; 16], &Loops(0)));
        }
        assert!(!gather(&[1; 15], 8, 2, &[good], &mut columns, &Loops(0)));
        assert!(!gather(&[1; 16], 0, 2, &[good], &mut columns, &Loops(0)));
        assert!(!gather(
            &[1; 16],
            usize::MAX,
            2,
            &[good],
            &mut columns,
            &Loops(0)
        ));
    }

    #[test]
    fn more_than_a_block_of_records() {
        let kind = Kind::Number {
            width: 2,
            reversed: true,
        };
        let field = Field {
            kind,
            offset: 1,
            repeat: 1,
            step: 2,
            column: 0,
        };
        let count = 20_000;
        let bytes: Vec<u8> = (0..count as u16)
            .flat_map(|one| [0, (one >> 8) as u8, one as u8])
            .collect();
        let mut columns = vec![0; 2 * count];
        assert!(gather(&bytes, 3, count, &[field], &mut columns, &Loops(0)));
        for (index, value) in columns.chunks_exact(2).enumerate() {
            assert_eq!(u16::from_le_bytes([value[0], value[1]]), index as u16);
        }
    }
}
