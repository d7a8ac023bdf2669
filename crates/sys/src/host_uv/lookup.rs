use std::ffi::{CStr, c_void};

/// The address of a public symbol of the host process, or None.
#[cfg(unix)]
pub(super) fn symbol(name: &CStr) -> Option<*mut c_void> {
    // SAFETY: `name` is a NUL-terminated string; RTLD_DEFAULT asks for the global scope only.
    let address = unsafe { libc::dlsym(libc::RTLD_DEFAULT, name.as_ptr()) };
    (!address.is_null()).then_some(address)
}

/// The address of a public symbol of the host executable, or None.
#[cfg(windows)]
pub(super) fn symbol(name: &CStr) -> Option<*mut c_void> {
    use windows_sys::Win32::System::LibraryLoader::{GetModuleHandleW, GetProcAddress};
    // SAFETY: null names the executable itself; its handle needs no release.
    let host = unsafe { GetModuleHandleW(std::ptr::null()) };
    // SAFETY: `host` is the executable's handle and `name` ends in NUL.
    let address = unsafe { GetProcAddress(host, name.as_ptr().cast()) };
    address.map(|function| function as *mut c_void)
}

/// WASM has no host process to look into.
#[cfg(not(any(unix, windows)))]
pub(super) fn symbol(_name: &CStr) -> Option<*mut c_void> {
    None
}
