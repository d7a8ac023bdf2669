//! Native objects that JavaScript owns, without classes: an N-API external whose pointer is a key, not an address.
//!
//! The key is looked up in a table of this thread, so a foreign or stale external can only miss, never be followed.
//! V8's garbage collector frees the external and with it the object, also when the environment goes down and also
//! when a realm (Jest, vm) has lost its FinalizationRegistry.

use std::cell::RefCell;
use std::ffi::c_void;
use std::ptr;

use napi::sys;

use super::{Call, Failure, Reply};

/// Slots with generations: a key is `generation << SLOT_BITS | slot`, and a generation of 0 is never given out.
pub(crate) struct Handles<T> {
    slots: Vec<(usize, Option<T>)>,
    free: Vec<usize>,
}

/// Where a key has 32 bits, most of them are for the slot: an object lives as long as its external, so that no key
/// outlives its generation.
const SLOT_BITS: u32 = if usize::BITS == 64 { 32 } else { 24 };
const SLOT_MASK: usize = (1 << SLOT_BITS) - 1;
const GENERATION_MASK: usize = usize::MAX >> SLOT_BITS;

/// What an external holds.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Handle(usize);

impl<T> Handles<T> {
    pub(crate) const fn new() -> RefCell<Handles<T>> {
        RefCell::new(Handles {
            slots: Vec::new(),
            free: Vec::new(),
        })
    }

    pub(crate) fn insert(&mut self, object: T) -> Handle {
        let slot = self.free.pop().unwrap_or_else(|| {
            self.slots.push((1, None));
            self.slots.len() - 1
        });
        debug_assert!(slot <= SLOT_MASK);
        self.slots[slot].1 = Some(object);
        Handle(self.slots[slot].0 << SLOT_BITS | slot)
    }

    pub(crate) fn get(&self, handle: Handle) -> Option<&T> {
        let (generation, object) = self.slots.get(handle.0 & SLOT_MASK)?;
        if *generation != handle.0 >> SLOT_BITS {
            return None;
        }
        object.as_ref()
    }

    pub(crate) fn get_mut(&mut self, handle: Handle) -> Option<&mut T> {
        let (generation, object) = self.slots.get_mut(handle.0 & SLOT_MASK)?;
        if *generation != handle.0 >> SLOT_BITS {
            return None;
        }
        object.as_mut()
    }

    pub(crate) fn remove(&mut self, handle: Handle) -> Option<T> {
        let slot = handle.0 & SLOT_MASK;
        let (generation, object) = self.slots.get_mut(slot)?;
        if *generation != handle.0 >> SLOT_BITS || object.is_none() {
            return None;
        }
        *generation = (*generation + 1) & GENERATION_MASK;
        *generation += usize::from(*generation == 0);
        self.free.push(slot);
        object.take()
    }
}

/// How the objects of one kind are released; a constant of the module that owns them.
pub(crate) struct Kind {
    /// Removes the object from its table; gives its size in bytes back to V8's accounting.
    pub(crate) release: fn(Handle) -> usize,
}

impl Call {
    /// An external for `handle`, which the garbage collector releases. V8 is told of `bytes` of native memory.
    pub(crate) fn external(
        &self,
        handle: Handle,
        bytes: usize,
        kind: &'static Kind,
    ) -> Result<Reply, Failure> {
        let mut value = ptr::null_mut();
        let hint = ptr::from_ref(kind).cast_mut().cast::<c_void>();
        let key = ptr::without_provenance_mut(handle.0);
        // SAFETY: `env` is of this call; `key` is never dereferenced; `hint` is 'static and read-only.
        let status =
            unsafe { sys::napi_create_external(self.env(), key, Some(finalize), hint, &mut value) };
        if status != sys::Status::napi_ok {
            (kind.release)(handle);
            return Err(Failure::internal("N-API could not make an external"));
        }
        account(self.env(), bytes.cast_signed());
        Ok(Reply::Value(value))
    }

    /// The handle in an external; one of another kind, or a foreign one, will not be found in the table.
    pub(crate) fn handle(&self, index: usize) -> Result<Handle, Failure> {
        let mut key = ptr::null_mut();
        // SAFETY: `env` and the argument are of this call; the out pointer is a live local.
        let status =
            unsafe { sys::napi_get_value_external(self.env(), self.argument(index), &mut key) };
        if status != sys::Status::napi_ok {
            return Err(Failure::internal(format!(
                "raw argument {index} must be an external"
            )));
        }
        Ok(Handle(key.addr()))
    }
}

/// Called by N-API on the environment's own thread, after a collection or when the environment goes down.
extern "C" fn finalize(env: sys::napi_env, key: *mut c_void, hint: *mut c_void) {
    // SAFETY: `external` is the only user of this finalizer and passes a `&'static Kind`.
    let kind = unsafe { &*hint.cast::<Kind>() };
    // A panic in a destructor must not unwind into V8; the object is lost then, and so is its accounting.
    let bytes = std::panic::catch_unwind(|| (kind.release)(Handle(key.addr()))).unwrap_or(0);
    account(env, -bytes.cast_signed());
}

fn account(env: sys::napi_env, bytes: isize) {
    let mut total = 0;
    // SAFETY: `env` is alive here, the out pointer is a live local.
    unsafe { sys::napi_adjust_external_memory(env, bytes as i64, &mut total) };
}
