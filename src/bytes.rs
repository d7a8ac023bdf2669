//! Borrow and own rules for the bytes of JavaScript views (Buffer, typed arrays, DataView).
//!
//! - Borrowed for the time of one call on the JavaScript thread, never longer: no JavaScript runs meanwhile, so
//!   nothing detaches, resizes or frees the memory under the borrow.
//! - Shared memory (views on a SharedArrayBuffer) is never borrowed: other threads write to it. lib/ copies it first.
//! - Work on another thread gets a copy (`to_vec()`), as API.md's rule "captured when called" asks.
//! - A view's pointer and length are read in one call: a detached view, or one that its resizable buffer has shrunk
//!   away from, is an empty slice, as everywhere in Node.

use std::cell::Cell;

use napi::sys;

/// Where a view's bytes are, as N-API told it.
#[derive(Clone, Copy)]
pub(crate) struct View {
    data: *mut u8,
    byte_length: usize,
    /// `sys::TypedarrayType`, or `None` for a DataView.
    kind: Option<i32>,
    shared: bool,
}

/// Why bytes cannot be borrowed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Refused {
    NotAView,
    Shared,
    /// A typed slice was asked for and the view has another element type (or a base no typed slice can have).
    ElementType,
    /// An output overlaps another view of the same call.
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

impl View {
    /// Reads what N-API knows about `value`; `env` and `value` belong to the call that is running.
    pub(crate) fn of(env: sys::napi_env, value: sys::napi_value) -> Result<View, Refused> {
        let mut kind = 0;
        let mut length = 0;
        let mut data = std::ptr::null_mut();
        let mut buffer = std::ptr::null_mut();
        // SAFETY: `env` and `value` are of the running call (the caller's contract), the out pointers are live locals.
        let status = unsafe {
            sys::napi_get_typedarray_info(
                env,
                value,
                &mut kind,
                &mut length,
                &mut data,
                &mut buffer,
                std::ptr::null_mut(),
            )
        };
        let (kind, byte_length) = if status == sys::Status::napi_ok {
            (Some(kind), length * element_size(kind)?)
        } else {
            // SAFETY: as above.
            let status = unsafe {
                sys::napi_get_dataview_info(
                    env,
                    value,
                    &mut length,
                    &mut data,
                    &mut buffer,
                    std::ptr::null_mut(),
                )
            };
            if status != sys::Status::napi_ok {
                return Err(Refused::NotAView);
            }
            (None, length)
        };
        let mut plain = false;
        // SAFETY: `buffer` was filled by one of the two calls above.
        let status = unsafe { sys::napi_is_arraybuffer(env, buffer, &mut plain) };
        let shared = status != sys::Status::napi_ok || !plain;
        Ok(View {
            data: data.cast(),
            byte_length,
            kind,
            shared,
        })
    }

    /// Whether this is a typed array of exactly this element type.
    pub(crate) fn is<T: Element>(&self) -> bool {
        self.kind == Some(T::KIND)
    }

    fn elements<T: Element>(&self) -> Result<*mut T, Refused> {
        let data = self.data.cast::<T>();
        // An external backing store can start anywhere.
        if !self.is::<T>() || (self.byte_length > 0 && !data.is_aligned()) {
            return Err(Refused::ElementType);
        }
        Ok(data)
    }
}

fn element_size(kind: i32) -> Result<usize, Refused> {
    use sys::TypedarrayType as T;
    match kind {
        T::int8_array | T::uint8_array | T::uint8_clamped_array => Ok(1),
        T::int16_array | T::uint16_array => Ok(2),
        T::int32_array | T::uint32_array | T::float32_array => Ok(4),
        T::float64_array | T::bigint64_array | T::biguint64_array => Ok(8),
        11 => Ok(2), // Float16Array, from Node 24 on
        _ => Err(Refused::NotAView),
    }
}

/// The slices that one call has borrowed: shared ones may overlap each other, a mutable one overlaps nothing.
pub(crate) struct Borrows {
    taken: [Cell<(usize, usize, bool)>; Borrows::MOST],
    count: Cell<usize>,
}

impl Borrows {
    /// The most views that one call can borrow.
    pub(crate) const MOST: usize = 8;

    pub(crate) fn new() -> Borrows {
        Borrows {
            taken: [const { Cell::new((0, 0, false)) }; Borrows::MOST],
            count: Cell::new(0),
        }
    }

    fn take(&self, view: &View, mutable: bool) -> Result<(), Refused> {
        if view.shared {
            return Err(Refused::Shared);
        }
        let start = view.data.addr();
        let end = start + view.byte_length;
        let count = self.count.get();
        for (s, e, m) in self.taken[..count].iter().map(Cell::get) {
            if (m || mutable) && s < end && start < e {
                return Err(Refused::Overlap);
            }
        }
        let Some(slot) = self.taken.get(count) else {
            return Err(Refused::Overlap);
        };
        slot.set((start, end, mutable));
        self.count.set(count + 1);
        Ok(())
    }

    /// The view's bytes. The slice lives as long as this ledger, which lives as long as the call.
    pub(crate) fn bytes(&self, view: View) -> Result<&[u8], Refused> {
        self.take(&view, false)?;
        if view.byte_length == 0 {
            return Ok(&[]);
        }
        // SAFETY: N-API gave pointer and length of a live, unshared backing store; no JavaScript runs before the call
        // returns (`Call` offers no way to run any), and the ledger has no mutable borrow that overlaps.
        Ok(unsafe { std::slice::from_raw_parts(view.data, view.byte_length) })
    }

    /// The view's bytes, to be written to.
    #[allow(clippy::mut_from_ref)] // the ledger proves at run time what the borrow checker cannot see
    pub(crate) fn bytes_mut(&self, view: View) -> Result<&mut [u8], Refused> {
        self.take(&view, true)?;
        if view.byte_length == 0 {
            return Ok(&mut []);
        }
        // SAFETY: as in `bytes`, and the ledger has no other borrow that overlaps.
        Ok(unsafe { std::slice::from_raw_parts_mut(view.data, view.byte_length) })
    }

    /// The elements of a typed array of exactly this element type.
    pub(crate) fn elements<T: Element>(&self, view: View) -> Result<&[T], Refused> {
        let data = view.elements::<T>()?;
        self.take(&view, false)?;
        if view.byte_length == 0 {
            return Ok(&[]);
        }
        // SAFETY: as in `bytes`; aligned as checked, and any bit pattern is a `T` (the trait's promise).
        Ok(unsafe { std::slice::from_raw_parts(data, view.byte_length / size_of::<T>()) })
    }

    /// The elements of a typed array of exactly this element type, to be written to.
    #[allow(clippy::mut_from_ref)] // as in `bytes_mut`
    pub(crate) fn elements_mut<T: Element>(&self, view: View) -> Result<&mut [T], Refused> {
        let data = view.elements::<T>()?;
        self.take(&view, true)?;
        if view.byte_length == 0 {
            return Ok(&mut []);
        }
        // SAFETY: as in `bytes_mut`; aligned as checked, and any bit pattern is a `T` (the trait's promise).
        Ok(unsafe { std::slice::from_raw_parts_mut(data, view.byte_length / size_of::<T>()) })
    }

    /// What was borrowed is JavaScript's own memory.
    #[inline]
    pub(crate) fn write_back(&self) {}
}
