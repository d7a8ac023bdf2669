//! Records of any description: what does not fit is refused, and nothing is read or written outside.
#![no_main]

use ironloop_core::buffer::records::{self, Field, Kind, Numbers, Places};
use ironloop_sys::buffer::strided::{self, Strided};
use libfuzzer_sys::fuzz_target;

fn copy(from: &[u8], to: &mut [u8], numbers: Numbers) {
    let strided = |places: Places| Strided {
        start: places.start,
        step: places.step,
        count: numbers.count,
    };
    let Numbers {
        width, reversed, ..
    } = numbers;
    assert!(strided::copy(
        from,
        strided(numbers.from),
        to,
        strided(numbers.to),
        width,
        reversed
    ));
}

fuzz_target!(|data: ([u8; 10], &[u8])| {
    let (
        [
            kind,
            width,
            flags,
            shift,
            offset,
            repeat,
            step,
            size,
            count,
            column,
        ],
        bytes,
    ) = data;
    let (width, size, count) = (
        usize::from(width % 9),
        usize::from(size),
        usize::from(count),
    );
    let kind = match kind % 4 {
        0 => Kind::Bytes(width.max(1)),
        1 => Kind::Number {
            width: 1 << (width % 4),
            reversed: flags & 1 == 1,
        },
        2 => Kind::Odd {
            width: [3, 5, 6][width % 3],
            big_endian: flags & 1 == 1,
            signed: flags & 2 == 2,
        },
        _ => Kind::Bits {
            width: 1 << (width % 3),
            big_endian: flags & 1 == 1,
            shift: u32::from(shift % 8),
            mask: u32::from(flags) | 1,
        },
    };
    let field = Field {
        kind,
        offset: offset.into(),
        repeat: repeat.into(),
        step: step.into(),
        column: column.into(),
    };
    let mut columns = vec![0; 4096];
    if records::gather(bytes, size, count, &[field], &mut columns, copy) {
        let mut out = vec![0; size * count];
        assert!(records::scatter(
            &columns, &field, size, count, &mut out, copy
        ));
    }
});
