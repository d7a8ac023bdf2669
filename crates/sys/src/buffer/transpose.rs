//! Numbers of records, one after another, to columns: eight records at a time. Windows of sixteen bytes are shuffled into
//! cells of four bytes, in the order that the columns have, and eight windows are transposed, so that each cell becomes
//! eight of a column (the 4x4 transpose of matrices, twice side by side). A gather costs a load for each number instead.

/// A number of 1, 2, 4 or 8 bytes at some offset of every record, and where its column starts.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Number {
    pub offset: usize,
    pub width: usize,
    pub reversed: bool,
    pub column: usize,
}

/// Fills the columns of these numbers from the first records of `size` bytes: of how many records. That is none where the
/// processor has no such vectors, or a number is not inside its record, or a column not inside `columns`.
pub fn transpose(records: &[u8], size: usize, numbers: &[Number], columns: &mut [u8]) -> usize {
    #[cfg(target_arch = "x86_64")]
    if is_x86_feature_detected!("avx2") {
        let Some(count) = records.len().checked_div(size) else {
            return 0;
        };
        let fits = |one: &Number| {
            let end =
                (one.width.checked_mul(count)).and_then(|bytes| bytes.checked_add(one.column));
            matches!(one.width, 1 | 2 | 4 | 8)
                && one
                    .offset
                    .checked_add(one.width)
                    .is_some_and(|end| end <= size)
                && end.is_some_and(|end| end <= columns.len())
        };
        if numbers.iter().all(fits) {
            return wide::with_plan(numbers, size, |plan| {
                // SAFETY: the processor has AVX2, as just asked.
                unsafe { wide::transpose(records, size, count, plan, numbers, columns) }
            });
        }
    }
    let _ = (records, size, numbers, columns);
    0
}

#[cfg(target_arch = "x86_64")]
mod wide {
    use std::arch::x86_64::{
        __m128i, __m256i, _mm_loadu_si128, _mm_storel_epi64, _mm_storeu_si128, _mm_unpacklo_epi32,
        _mm_unpacklo_epi64, _mm256_broadcastsi128_si256, _mm256_castsi128_si256,
        _mm256_castsi256_si128, _mm256_extracti128_si256, _mm256_inserti128_si256,
        _mm256_permute2x128_si256, _mm256_shuffle_epi8, _mm256_storeu_si256, _mm256_unpackhi_epi32,
        _mm256_unpackhi_epi64, _mm256_unpacklo_epi32, _mm256_unpacklo_epi64,
    };
    use std::cell::RefCell;

    use super::Number;

    const WINDOW: usize = 16;
    const CELL: usize = 4;
    /// Records that are transposed at once.
    const ROUND: usize = 8;
    /// Bytes of records that stay in the nearest cache while all windows are taken from them.
    const BLOCK: usize = 16 << 10;
    const NOTHING: u8 = 0x80;

    /// What a cell holds; numbers are told by their index.
    #[derive(Clone)]
    enum Cell {
        Free,
        /// Four bytes, or the first of eight.
        Whole(usize),
        /// The other four of eight.
        Half,
        /// Up to four numbers of one or two bytes.
        Small(Vec<Small>),
    }

    /// A number of one or two bytes in a cell.
    #[derive(Clone)]
    struct Small {
        number: usize,
        width: usize,
        /// Brings it to the front, of each of four cells.
        order: [u8; 16],
    }

    /// Sixteen bytes of a record, and where they go.
    pub(super) struct Window {
        start: usize,
        order: [u8; 16],
        used: [usize; 4],
        cells: [Cell; 4],
    }

    impl Window {
        fn at(start: usize) -> Self {
            Self {
                start,
                order: [NOTHING; 16],
                used: [0; 4],
                cells: [Cell::Free, Cell::Free, Cell::Free, Cell::Free],
            }
        }

        /// Takes the number in, if it is inside and there is room for it.
        fn take(&mut self, number: Number, index: usize) -> bool {
            let Number {
                offset,
                width,
                reversed,
                ..
            } = number;
            if offset < self.start || offset + width > self.start + WINDOW {
                return false;
            }
            let Some(place) = self.place(width) else {
                return false;
            };
            for at in 0..width {
                let byte = if reversed { width - 1 - at } else { at };
                self.order[place + at] = (offset - self.start + byte) as u8;
            }
            let cell = place / CELL;
            match width {
                8 => {
                    (self.used[cell], self.used[cell + 1]) = (CELL, CELL);
                    self.cells[cell] = Cell::Whole(index);
                    self.cells[cell + 1] = Cell::Half;
                }
                4 => {
                    self.used[cell] = CELL;
                    self.cells[cell] = Cell::Whole(index);
                }
                _ => self.take_small(cell, place % CELL, width, index),
            }
            true
        }

        fn take_small(&mut self, cell: usize, place: usize, width: usize, number: usize) {
            self.used[cell] = place + width;
            let mut order = [NOTHING; 16];
            for lane in 0..WINDOW / CELL {
                for at in 0..width {
                    order[lane * width + at] = (lane * CELL + place + at) as u8;
                }
            }
            let small = Small {
                number,
                width,
                order,
            };
            match &mut self.cells[cell] {
                Cell::Small(others) => others.push(small),
                free => *free = Cell::Small(vec![small]),
            }
        }

        /// Where among the sixteen bytes a number of this width may stand.
        fn place(&self, width: usize) -> Option<usize> {
            match width {
                8 => [0, 2]
                    .into_iter()
                    .find(|at| self.used[*at] + self.used[at + 1] == 0)
                    .map(|at| at * CELL),
                4 => [3, 2, 1, 0]
                    .into_iter()
                    .find(|at| self.used[*at] == 0)
                    .map(|at| at * CELL),
                _ => {
                    let is_open =
                        |at: &usize| !matches!(self.cells[*at], Cell::Whole(_) | Cell::Half);
                    let begun = (0..4)
                        .filter(is_open)
                        .find(|at| self.used[*at] > 0 && self.used[*at] + width <= CELL);
                    let cell = begun
                        .or_else(|| [3, 2, 1, 0].into_iter().find(|at| self.used[*at] == 0))?;
                    Some(cell * CELL + self.used[cell])
                }
            }
        }
    }

    /// A plan, and what it was made for.
    #[derive(Default)]
    struct Planned {
        size: usize,
        numbers: Vec<Number>,
        windows: Vec<Window>,
    }

    thread_local! {
        /// The last one: it takes as long as some hundred records.
        static LAST: RefCell<Planned> = RefCell::default();
    }

    /// Lends the windows that cover all numbers, each of which is inside a record.
    pub(super) fn with_plan<T>(
        numbers: &[Number],
        size: usize,
        work: impl FnOnce(&[Window]) -> T,
    ) -> T {
        let same = |(one, other): (&Number, &Number)| {
            one.offset == other.offset && one.width == other.width && one.reversed == other.reversed
        };
        LAST.with_borrow_mut(|last| {
            let is_known = last.size == size
                && last.numbers.len() == numbers.len()
                && last.numbers.iter().zip(numbers).all(same);
            if !is_known {
                *last = Planned {
                    size,
                    numbers: numbers.to_vec(),
                    windows: plan(numbers, size),
                };
            }
            work(&last.windows)
        })
    }

    fn plan(numbers: &[Number], size: usize) -> Vec<Window> {
        let mut sorted: Vec<usize> = (0..numbers.len()).collect();
        sorted.sort_unstable_by_key(|index| numbers[*index].offset);
        let mut windows: Vec<Window> = Vec::with_capacity(size / WINDOW + 1);
        for index in sorted {
            let number = numbers[index];
            let last = windows.last_mut();
            if last.is_some_and(|window| window.take(number, index)) {
                continue;
            }
            // Within the record, where it is as long: so the last ones can be read, too.
            let mut window = Window::at(number.offset.min(size.saturating_sub(WINDOW)));
            window.take(number, index);
            windows.push(window);
        }
        windows
    }

    /// Numbers of `plan` from the first of `count` records, of as many as can be done by rounds. Of each the column has room
    /// for `count`.
    #[target_feature(enable = "avx2")]
    pub(super) fn transpose(
        records: &[u8],
        size: usize,
        count: usize,
        plan: &[Window],
        numbers: &[Number],
        columns: &mut [u8],
    ) -> usize {
        let last = plan.iter().map(|window| window.start + WINDOW).max();
        let room = records.len().checked_sub(last.unwrap_or(0));
        // How many records have sixteen bytes to be read at every window, the next record's among them.
        let readable = room.map_or(0, |room| room / size + 1);
        let done = count.min(readable) / ROUND * ROUND;
        let block = (BLOCK / size / ROUND).max(1) * ROUND;
        let start = columns.as_mut_ptr();
        let mut first = 0;
        while first < done {
            let end = done.min(first + block);
            for window in plan {
                let slot = |index: usize| {
                    let number = &numbers[index];
                    start.wrapping_add(number.column + number.width * first)
                };
                let source = Source {
                    place: records[first * size + window.start..].as_ptr(),
                    size,
                    order: &window.order,
                    rounds: (end - first) / ROUND,
                };
                for (half, cells) in [&window.cells[..2], &window.cells[2..]]
                    .into_iter()
                    .enumerate()
                {
                    // SAFETY: `readable` says that each of the rounds' records has sixteen bytes from its place on, and
                    // the columns have room for `count` numbers, so for these.
                    unsafe { fill(&source, half == 1, cells, &slot) };
                }
            }
            first = end;
        }
        done
    }

    /// The same window of some rounds of eight records.
    struct Source<'plan> {
        place: *const u8,
        size: usize,
        order: &'plan [u8; 16],
        rounds: usize,
    }

    /// Two cells of a window to their columns, each from the slot on that is told for its number.
    ///
    /// # Safety
    /// The source's windows are readable; each number's column has room for those of all rounds from its slot on.
    #[target_feature(enable = "avx2")]
    unsafe fn fill(source: &Source, upper: bool, cells: &[Cell], slot: &dyn Fn(usize) -> *mut u8) {
        match cells {
            [Cell::Free, Cell::Free] => {}
            // SAFETY: as the caller promises, as in the other cases.
            [Cell::Whole(one), Cell::Half] => unsafe { doubles(source, upper, slot(*one)) },
            [Cell::Whole(one), Cell::Whole(other)] => {
                // SAFETY: as above.
                unsafe { words(source, upper, slot(*one), slot(*other)) };
            }
            _ => {
                let goals = [Goal::of(&cells[0], slot), Goal::of(&cells[1], slot)];
                // SAFETY: as above.
                unsafe { mixed(source, upper, &goals) };
            }
        }
    }

    /// Where a cell goes: the slots of a whole one, or of small numbers.
    struct Goal<'plan> {
        whole: Option<*mut u8>,
        small: [Option<(*mut u8, &'plan Small)>; CELL],
    }

    impl<'plan> Goal<'plan> {
        fn of(cell: &'plan Cell, slot: &dyn Fn(usize) -> *mut u8) -> Self {
            let mut goal = Goal {
                whole: None,
                small: [None; CELL],
            };
            match cell {
                Cell::Free | Cell::Half => {}
                Cell::Whole(number) => goal.whole = Some(slot(*number)),
                Cell::Small(numbers) => {
                    for (goal, small) in goal.small.iter_mut().zip(numbers) {
                        *goal = Some((slot(small.number), small));
                    }
                }
            }
            goal
        }
    }

    /// The windows of a round in their columns' order: of the first four records in the lower halves, of the others in the
    /// upper ones.
    ///
    /// # Safety
    /// The source's windows are readable, and it has this round.
    #[inline]
    #[target_feature(enable = "avx2")]
    unsafe fn rows(source: &Source, round: usize) -> [__m256i; 4] {
        let Source { place, size, .. } = *source;
        let order = _mm256_broadcastsi128_si256(load(source.order));
        let at = place.wrapping_add(round * ROUND * size);
        let record = |n: usize| at.wrapping_add(n * size);
        // SAFETY: sixteen bytes at each of eight records, as the caller promises.
        let a = unsafe { both(record(0), record(4)) };
        // SAFETY: as above.
        let b = unsafe { both(record(1), record(5)) };
        // SAFETY: as above.
        let c = unsafe { both(record(2), record(6)) };
        // SAFETY: as above.
        let d = unsafe { both(record(3), record(7)) };
        [
            _mm256_shuffle_epi8(a, order),
            _mm256_shuffle_epi8(b, order),
            _mm256_shuffle_epi8(c, order),
            _mm256_shuffle_epi8(d, order),
        ]
    }

    /// Sixteen bytes of each place.
    ///
    /// # Safety
    /// Both have so many to be read.
    #[inline]
    #[target_feature(enable = "avx2")]
    unsafe fn both(low: *const u8, high: *const u8) -> __m256i {
        // SAFETY: an unaligned load of sixteen bytes, which the caller promises.
        let low = unsafe { _mm_loadu_si128(low.cast()) };
        // SAFETY: as above.
        let high = unsafe { _mm_loadu_si128(high.cast()) };
        _mm256_inserti128_si256::<1>(_mm256_castsi128_si256(low), high)
    }

    #[inline]
    fn load(bytes: &[u8; 16]) -> __m128i {
        // SAFETY: an unaligned load of the 16 bytes of the array; SSE2 is part of every x86-64.
        unsafe { _mm_loadu_si128(bytes.as_ptr().cast()) }
    }

    /// Numbers of eight bytes.
    ///
    /// # Safety
    /// As of `fill`.
    #[target_feature(enable = "avx2")]
    unsafe fn doubles(source: &Source, upper: bool, slots: *mut u8) {
        for round in 0..source.rounds {
            // SAFETY: as the caller promises.
            let [a, b, c, d] = unsafe { rows(source, round) };
            let (ab, cd) = if upper {
                (_mm256_unpackhi_epi64(a, b), _mm256_unpackhi_epi64(c, d))
            } else {
                (_mm256_unpacklo_epi64(a, b), _mm256_unpacklo_epi64(c, d))
            };
            let place = slots.wrapping_add(round * 8 * ROUND).cast::<__m256i>();
            let first = _mm256_permute2x128_si256::<0x20>(ab, cd);
            let others = _mm256_permute2x128_si256::<0x31>(ab, cd);
            // SAFETY: eight numbers' room, as the caller promises: the first four.
            unsafe { _mm256_storeu_si256(place, first) };
            let place = place.wrapping_add(1);
            // SAFETY: the other four.
            unsafe { _mm256_storeu_si256(place, others) };
        }
    }

    /// The cells of four bytes of a half of a round's windows: the first, and the second.
    ///
    /// # Safety
    /// As of `rows`.
    #[inline]
    #[target_feature(enable = "avx2")]
    unsafe fn halves(source: &Source, upper: bool, round: usize) -> (__m256i, __m256i) {
        // SAFETY: as the caller promises.
        let [a, b, c, d] = unsafe { rows(source, round) };
        if upper {
            (_mm256_unpackhi_epi32(a, b), _mm256_unpackhi_epi32(c, d))
        } else {
            (_mm256_unpacklo_epi32(a, b), _mm256_unpacklo_epi32(c, d))
        }
    }

    /// Two columns of four bytes.
    ///
    /// # Safety
    /// As of `fill`.
    #[target_feature(enable = "avx2")]
    unsafe fn words(source: &Source, upper: bool, one: *mut u8, other: *mut u8) {
        for round in 0..source.rounds {
            // SAFETY: as the caller promises.
            let (ab, cd) = unsafe { halves(source, upper, round) };
            let low = _mm256_unpacklo_epi64(ab, cd);
            let high = _mm256_unpackhi_epi64(ab, cd);
            let place = one.wrapping_add(round * 4 * ROUND).cast();
            // SAFETY: eight numbers' room, as the caller promises.
            unsafe { _mm256_storeu_si256(place, low) };
            let place = other.wrapping_add(round * 4 * ROUND).cast();
            // SAFETY: as above.
            unsafe { _mm256_storeu_si256(place, high) };
        }
    }

    /// Two cells of any kind.
    ///
    /// # Safety
    /// As of `fill`.
    #[target_feature(enable = "avx2")]
    unsafe fn mixed(source: &Source, upper: bool, goals: &[Goal; 2]) {
        for round in 0..source.rounds {
            // SAFETY: as the caller promises.
            let (ab, cd) = unsafe { halves(source, upper, round) };
            let low = _mm256_unpacklo_epi64(ab, cd);
            let high = _mm256_unpackhi_epi64(ab, cd);
            // SAFETY: eight numbers' room in all slots, as the caller promises.
            unsafe { put(low, &goals[0], round) };
            // SAFETY: as above.
            unsafe { put(high, &goals[1], round) };
        }
    }

    /// A cell of eight records.
    ///
    /// # Safety
    /// The slots have room for this round's numbers.
    #[inline]
    #[target_feature(enable = "avx2")]
    unsafe fn put(eight: __m256i, goal: &Goal, round: usize) {
        if let Some(slots) = goal.whole {
            let place = slots.wrapping_add(round * 4 * ROUND).cast();
            // SAFETY: as the caller promises, 32 bytes.
            unsafe { _mm256_storeu_si256(place, eight) };
        }
        for &(slots, Small { width, order, .. }) in goal.small.iter().flatten() {
            let order = _mm256_broadcastsi128_si256(load(order));
            let packed = _mm256_shuffle_epi8(eight, order);
            let low = _mm256_castsi256_si128(packed);
            let high = _mm256_extracti128_si256::<1>(packed);
            let place = slots.wrapping_add(round * width * ROUND).cast();
            if *width == 1 {
                let all = _mm_unpacklo_epi32(low, high);
                // SAFETY: as the caller promises, eight bytes.
                unsafe { _mm_storel_epi64(place, all) };
            } else {
                let all = _mm_unpacklo_epi64(low, high);
                // SAFETY: as above, sixteen bytes.
                unsafe { _mm_storeu_si128(place, all) };
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn naive(records: &[u8], size: usize, numbers: &[Number], count: usize, columns: &mut [u8]) {
        for (n, record) in records.chunks_exact(size).take(count).enumerate() {
            for one in numbers {
                let mut bytes = record[one.offset..][..one.width].to_vec();
                if one.reversed {
                    bytes.reverse();
                }
                columns[one.column + n * one.width..][..one.width].copy_from_slice(&bytes);
            }
        }
    }

    /// Columns behind each other, with room for so many records.
    fn numbers(
        widths: &[usize],
        gap: usize,
        reversed: bool,
        count: usize,
    ) -> (Vec<Number>, usize, usize) {
        let (mut offset, mut column) = (0, 0);
        let mut made = Vec::new();
        for (n, &width) in widths.iter().enumerate() {
            let reversed = reversed ^ (n % 3 == 2);
            made.push(Number {
                offset,
                width,
                reversed,
                column,
            });
            offset += width + if n % 2 == 0 { gap } else { 0 };
            column += width * count;
        }
        (made, offset, column)
    }

    #[test]
    fn columns_are_what_a_loop_makes() {
        let all: Vec<u8> = (0..20_000_u32)
            .map(|n| (n.wrapping_mul(2_654_435_761) >> 24) as u8)
            .collect();
        let layouts: [&[usize]; 9] = [
            &[8, 4, 4, 4, 2, 1, 1],
            &[1],
            &[2, 1],
            &[4, 8, 1, 8, 2, 2, 2, 1, 4],
            &[1, 8, 1, 8, 1],
            &[8; 9],
            &[1; 40],
            &[2; 21],
            &[4; 13],
        ];
        for widths in layouts {
            for (gap, reversed, count) in [
                (0, false, 40),
                (0, true, 8),
                (1, true, 33),
                (3, false, 17),
                (21, true, 16),
            ] {
                let (numbers, size, total) = numbers(widths, gap, reversed, count);
                let records = &all[..size * count];
                let mut columns = vec![0xEE; total];
                let done = transpose(records, size, &numbers, &mut columns);
                assert!(done <= count && (done == 0 || done.is_multiple_of(8)));
                let mut expected = vec![0xEE; total];
                naive(records, size, &numbers, done, &mut expected);
                assert_eq!(columns, expected, "{widths:?} {gap} {count}");
            }
        }
    }

    #[test]
    fn what_is_outside_is_left_alone() {
        let good = Number {
            offset: 4,
            width: 4,
            reversed: true,
            column: 0,
        };
        for wrong in [
            Number { offset: 5, ..good },
            Number { width: 3, ..good },
            Number { column: 1, ..good },
            Number {
                offset: usize::MAX,
                ..good
            },
            Number {
                column: usize::MAX,
                ..good
            },
        ] {
            let mut columns = [7; 64];
            assert_eq!(transpose(&[1; 128], 8, &[good, wrong], &mut columns), 0);
            assert_eq!(columns, [7; 64]);
        }
        assert_eq!(transpose(&[1; 128], 0, &[], &mut []), 0);
        assert_eq!(transpose(&[], 8, &[good], &mut []), 0);
    }
}
