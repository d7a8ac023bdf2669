//! The bytes of JavaScript views in WASM, which cannot see JavaScript's memory: the loader copies a view's bytes to ours
//! for the time of one call, and back what was borrowed to be written to. The rules are those of bytes.rs, but views that
//! overlap are copies that do not.

use std::cell::RefCell;

use napi::sys;

/// What the loader said of a view.
#[derive(Clone, Copy)]
pub(crate) struct View {
    value: sys::napi_value,
    byte_length: usize,
    kind: i32,
    shared: bool,
}

/// Why bytes cannot be borrowed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Refused {
    NotAView,
    Shared,
    /// A typed slice was asked for and the view has another element type.
    ElementType,
    /// The instance has no room for a copy.
    NoMemory,
    /// More views than one call can borrow.
    Overlap,
}

/// Elements that typed slices may have: each bit pattern is a value.
pub(crate) trait Element: Copy + 'static {
    const KIND: i32;
}

impl Element for u32 {
    const KIND: i32 = sys::TypedarrayType::uint32_array;
}

impl Element for i32 {
    const KIND: i32 = sys::TypedarrayType::int32_array;
}

impl Element for f64 {
    const KIND: i32 = sys::TypedarrayType::float64_array;
}

impl Element for u64 {
    const KIND: i32 = sys::TypedarrayType::biguint64_array;
}

#[link(wasm_import_module = "ironloop")]
unsafe extern "C" {
    /// Writes the byte length, the element type (-1: none of interest) and whether the memory is shared to `facts`.
    /// False: not a view.
    fn describe(value: sys::napi_value, facts: *mut [u32; 3]) -> bool;
    /// Copies a view's bytes to `to`, which has room for as many as `describe` said.
    fn fetch(value: sys::napi_value, to: *mut u8);
    /// Copies as many bytes from `from` to a view.
    fn store(value: sys::napi_value, from: *const u8);
}

impl View {
    /// `value` belongs to the call that is running.
    pub(crate) fn of(_env: sys::napi_env, value: sys::napi_value) -> Result<View, Refused> {
        let mut facts = [0; 3];
        // SAFETY: `value` is of the running call (the caller's contract); the loader writes three words.
        if !unsafe { describe(value, &mut facts) } {
            return Err(Refused::NotAView);
        }
        Ok(View {
            value,
            byte_length: facts[0] as usize,
            kind: facts[1].cast_signed(),
            shared: facts[2] != 0,
        })
    }

    /// Whether this is a typed array of exactly this element type.
    pub(crate) fn is<T: Element>(&self) -> bool {
        self.kind == T::KIND
    }
}

struct Copied {
    view: View,
    /// Words, so that elements of any type are aligned.
    memory: Vec<u64>,
    written: bool,
}

/// The copies that one call has borrowed.
pub(crate) struct Borrows(RefCell<Vec<Copied>>);

impl Borrows {
    /// The most views that one call can borrow.
    pub(crate) const MOST: usize = 8;

    pub(crate) fn new() -> Borrows {
        Borrows(RefCell::default())
    }

    fn take(&self, view: View, written: bool) -> Result<*mut u8, Refused> {
        if view.shared {
            return Err(Refused::Shared);
        }
        let mut copies = self.0.borrow_mut();
        if copies.len() == Borrows::MOST {
            return Err(Refused::Overlap);
        }
        let words = view.byte_length.div_ceil(size_of::<u64>());
        let mut memory = Vec::new();
        (memory.try_reserve_exact(words)).map_err(|_| Refused::NoMemory)?;
        memory.resize(words, 0_u64);
        let start = memory.as_mut_ptr().cast::<u8>();
        if view.byte_length > 0 {
            // SAFETY: the memory has room for the view's bytes, and no JavaScript has run since `describe`.
            unsafe { fetch(view.value, start) };
        }
        copies.push(Copied {
            view,
            memory,
            written,
        });
        Ok(start)
    }

    /// The view's bytes. The slice lives as long as this ledger, which lives as long as the call.
    pub(crate) fn bytes(&self, view: View) -> Result<&[u8], Refused> {
        let start = self.take(view, false)?;
        // SAFETY: the copy's words stay where they are until the ledger is dropped, and nobody writes to them.
        Ok(unsafe { std::slice::from_raw_parts(start, view.byte_length) })
    }

    /// The view's bytes, to be written to.
    #[allow(clippy::mut_from_ref)] // each call makes memory of its own
    pub(crate) fn bytes_mut(&self, view: View) -> Result<&mut [u8], Refused> {
        let start = self.take(view, true)?;
        // SAFETY: as in `bytes`; the copy is this borrow's alone until `write_back`, when the call is done with it.
        Ok(unsafe { std::slice::from_raw_parts_mut(start, view.byte_length) })
    }

    /// The elements of a typed array of exactly this element type.
    pub(crate) fn elements<T: Element>(&self, view: View) -> Result<&[T], Refused> {
        if !view.is::<T>() {
            return Err(Refused::ElementType);
        }
        let start = self.take(view, false)?.cast::<T>();
        // SAFETY: as in `bytes`; the words are aligned for any element, and any bit pattern is a `T`.
        Ok(unsafe { std::slice::from_raw_parts(start, view.byte_length / size_of::<T>()) })
    }

    /// The elements of a typed array of exactly this element type, to be written to.
    #[allow(clippy::mut_from_ref)] // as in `bytes_mut`
    pub(crate) fn elements_mut<T: Element>(&self, view: View) -> Result<&mut [T], Refused> {
        if !view.is::<T>() {
            return Err(Refused::ElementType);
        }
        let start = self.take(view, true)?.cast::<T>();
        // SAFETY: as in `bytes_mut` and `elements`.
        Ok(unsafe { std::slice::from_raw_parts_mut(start, view.byte_length / size_of::<T>()) })
    }

    /// Copies back what may have been written to.
    pub(crate) fn write_back(&self) {
        for Copied { view, memory, .. } in self.0.borrow().iter().filter(|copy| copy.written) {
            if view.byte_length > 0 {
                // SAFETY: the memory holds as many bytes as the view, in which no JavaScript has run.
                unsafe { store(view.value, memory.as_ptr().cast()) };
            }
        }
    }
}
