use std::sync::{Mutex, MutexGuard, PoisonError};

/// Locks, also when a thread panicked while it held the lock.
///
/// Every structure behind these locks is changed by single statements that cannot panic half-way, so a poisoned lock
/// still guards a consistent value; refusing it would turn one lost job into a stuck process.
pub(crate) fn lock<T: ?Sized>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
