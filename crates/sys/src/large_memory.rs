//! The addon's allocator: the system's, apart from blocks that are so large that it would map each of them anew.
//!
//! Those are mapped here, in huge pages where the kernel has some: touching memory for the first time costs one fault per
//! 2 MB and not 512. They grow by moving their pages, never their bytes.
//!
//! Invariant: a block is ours exactly if its layout is large, so whoever gives it back tells which it is.

use std::alloc::{GlobalAlloc, Layout, System};
use std::ptr::{self, NonNull};

/// The largest threshold of glibc's own for mapping a block by itself: below it memory that was touched before may be had.
const LARGE: usize = 32 << 20;
const HUGE_PAGE: usize = 2 << 20;

/// See the module's text.
pub struct LargeMemory;

fn is_large(layout: Layout) -> bool {
    layout.size() >= LARGE && layout.align() <= HUGE_PAGE
}

/// A size never exceeds `isize::MAX`, so this is no overflow.
fn mapped(size: usize) -> usize {
    size.next_multiple_of(HUGE_PAGE)
}

/// Address space from a boundary of huge pages on; null where there is none.
fn reserve(bytes: usize, protection: libc::c_int) -> *mut u8 {
    let flags = libc::MAP_PRIVATE | libc::MAP_ANONYMOUS;
    // SAFETY: a new mapping at an address of the kernel's choice, one huge page longer so that a boundary is within.
    let start = unsafe { libc::mmap(ptr::null_mut(), bytes + HUGE_PAGE, protection, flags, -1, 0) };
    if start == libc::MAP_FAILED {
        return ptr::null_mut();
    }
    let start = start.cast::<u8>();
    let before = start.align_offset(HUGE_PAGE);
    let aligned = start.wrapping_add(before);
    unmap(start, before);
    unmap(aligned.wrapping_add(bytes), HUGE_PAGE - before);
    aligned
}

/// Whole pages of ours that nobody uses (any more).
fn unmap(start: *mut u8, bytes: usize) {
    if bytes > 0 {
        // SAFETY: all callers own these pages and hand them to nobody.
        unsafe { libc::munmap(start.cast(), bytes) };
    }
}

fn map(size: usize) -> *mut u8 {
    let bytes = mapped(size);
    let start = reserve(bytes, libc::PROT_READ | libc::PROT_WRITE);
    if !start.is_null() {
        // A kernel without huge pages says no, and small ones do as well.
        // SAFETY: advice on pages that were just mapped.
        unsafe { libc::madvise(start.cast(), bytes, libc::MADV_HUGEPAGE) };
    }
    start
}

/// The same block with another large size; null where it cannot be had, and then all is as it was.
fn remap(start: *mut u8, old_size: usize, new_size: usize) -> *mut u8 {
    let (old, new) = (mapped(old_size), mapped(new_size));
    if new <= old {
        unmap(start.wrapping_add(new), old - new);
        return start;
    }
    // SAFETY: a whole mapping of ours; without a flag it grows in place or not at all.
    let grown = unsafe { libc::mremap(start.cast(), old, new, 0) };
    if grown != libc::MAP_FAILED {
        return start;
    }
    let place = reserve(new, libc::PROT_NONE);
    if place.is_null() {
        return place;
    }
    let flags = libc::MREMAP_MAYMOVE | libc::MREMAP_FIXED;
    // SAFETY: both are ours; what is at `place` is empty address space, which the pages replace.
    let moved = unsafe { libc::mremap(start.cast(), old, new, flags, place) };
    if moved == libc::MAP_FAILED {
        unmap(place, new);
        return ptr::null_mut();
    }
    place
}

// SAFETY: blocks are either the system's altogether or mappings of ours, which of both their layout says at any time
// (`is_large`); mappings are as large as asked for, aligned to 2 MB, zeroed, and unmapped only when they are given back.
unsafe impl GlobalAlloc for LargeMemory {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        if is_large(layout) {
            return map(layout.size());
        }
        // SAFETY: the caller's promise is the same.
        unsafe { System.alloc(layout) }
    }

    unsafe fn alloc_zeroed(&self, layout: Layout) -> *mut u8 {
        if is_large(layout) {
            return map(layout.size()); // new mappings are zeroes
        }
        // SAFETY: the caller's promise is the same.
        unsafe { System.alloc_zeroed(layout) }
    }

    unsafe fn dealloc(&self, block: *mut u8, layout: Layout) {
        if is_large(layout) {
            return unmap(block, mapped(layout.size()));
        }
        // SAFETY: by its layout it is the system's; the caller's promise is the same.
        unsafe { System.dealloc(block, layout) }
    }

    unsafe fn realloc(&self, block: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        // SAFETY: the caller promises that the size, rounded up to the alignment, is one that a layout may have.
        let wanted = unsafe { Layout::from_size_align_unchecked(size, layout.align()) };
        match (is_large(layout), is_large(wanted)) {
            // SAFETY: by its layout it is the system's; the caller's promise is the same.
            (false, false) => unsafe { System.realloc(block, layout, size) },
            (true, true) => remap(block, layout.size(), size),
            // SAFETY: the caller's promise is the same.
            _ => unsafe { self.change_sides(block, layout, wanted) },
        }
    }
}

impl LargeMemory {
    /// Copies a block from the system's memory into ours or back.
    ///
    /// # Safety
    /// As for `realloc`.
    unsafe fn change_sides(&self, block: *mut u8, old: Layout, new: Layout) -> *mut u8 {
        // SAFETY: the caller promises that the new size is not zero.
        let Some(copy) = NonNull::new(unsafe { self.alloc(new) }) else {
            return ptr::null_mut();
        };
        let bytes = old.size().min(new.size());
        // SAFETY: both blocks are at least as long, and the new one is nobody else's.
        unsafe { ptr::copy_nonoverlapping(block, copy.as_ptr(), bytes) };
        // SAFETY: the caller gives it away.
        unsafe { self.dealloc(block, old) };
        copy.as_ptr()
    }
}

#[cfg(test)]
mod tests {
    use super::{HUGE_PAGE, LARGE, LargeMemory};
    use std::alloc::{GlobalAlloc, Layout};

    /// A block that is given back.
    struct Block(*mut u8, Layout);

    fn layout(size: usize) -> Layout {
        Layout::from_size_align(size, 16).expect("a layout")
    }

    impl Block {
        fn new(size: usize) -> Self {
            // SAFETY: no size of these tests is zero.
            let start = unsafe { LargeMemory.alloc_zeroed(layout(size)) };
            assert!(!start.is_null());
            Self(start, layout(size))
        }

        fn resize(&mut self, size: usize) {
            // SAFETY: the block came from there with this layout.
            self.0 = unsafe { LargeMemory.realloc(self.0, self.1, size) };
            assert!(!self.0.is_null());
            self.1 = layout(size);
        }

        fn bytes(&mut self) -> &mut [u8] {
            // SAFETY: it has so many bytes, all of them set at first to zero.
            unsafe { std::slice::from_raw_parts_mut(self.0, self.1.size()) }
        }
    }

    impl Drop for Block {
        fn drop(&mut self) {
            // SAFETY: the block came from there with this layout.
            unsafe { LargeMemory.dealloc(self.0, self.1) };
        }
    }

    #[test]
    fn a_large_block_is_zeroed_and_begins_with_a_huge_page() {
        let mut block = Block::new(LARGE);
        assert_eq!(block.0.align_offset(HUGE_PAGE), 0);
        assert!(block.bytes().iter().all(|byte| *byte == 0));
    }

    #[test]
    fn bytes_stay_whatever_size_follows_which() {
        let sizes = [
            100,
            LARGE - 1,
            LARGE,
            LARGE + 1,
            3 * LARGE,
            2 * LARGE + 5,
            LARGE,
            70_000,
            LARGE * 2,
            50,
        ];
        let mut block = Block::new(40);
        block.bytes().copy_from_slice(&[7; 40]);
        let _neighbour = Block::new(LARGE); // so that not all can grow where they are
        for size in sizes {
            block.resize(size);
            assert_eq!(block.bytes()[..40], [7; 40], "at {size} bytes");
            let last = size - 1;
            block.bytes()[last] = 9;
            assert_eq!(block.bytes()[last], 9);
        }
    }

    #[test]
    fn what_grew_in_another_place_has_its_pages() {
        let mut blocks: Vec<Block> = (0..4).map(|_| Block::new(LARGE)).collect();
        for (at, block) in blocks.iter_mut().enumerate() {
            let marks = block.bytes().chunks_mut(4096);
            marks.for_each(|page| page[0] = at as u8 + 1);
        }
        for (at, block) in blocks.iter_mut().enumerate() {
            block.resize(4 * LARGE);
            let mut kept = block.bytes()[..LARGE].chunks(4096);
            assert!(kept.all(|page| page[0] == at as u8 + 1));
            assert!(
                block.bytes()[LARGE..]
                    .iter()
                    .step_by(4096)
                    .all(|byte| *byte == 0)
            );
        }
    }

    #[test]
    fn what_no_machine_has_is_refused() {
        // SAFETY: the size is not zero.
        let none = unsafe { LargeMemory.alloc(layout(1 << 60)) };
        assert!(none.is_null());
        let block = Block::new(LARGE);
        // SAFETY: the block came from there with this layout.
        let none = unsafe { LargeMemory.realloc(block.0, block.1, 1 << 60) };
        assert!(none.is_null());
    }
}
