use super::CStrings;

/// This process's environment, without the names that `skip` knows.
///
/// As libuv does, it reads what the C library holds, without a lock: nobody may change it at the same time. On the main
/// thread, which is where Node changes it, that holds; workers have copies, unless they were given a share of it.
#[cfg(unix)]
pub fn inherited(skip: impl Fn(&[u8]) -> bool) -> CStrings {
    let mut env = CStrings::new();
    let mut at = table();
    while !at.is_null() {
        // SAFETY: `at` points into the environment's array, not past its null.
        let entry = unsafe { *at };
        if entry.is_null() {
            break;
        }
        // SAFETY: entries of the environment are C strings.
        let entry = unsafe { std::ffi::CStr::from_ptr(entry) }.to_bytes_with_nul();
        let name = entry.split(|byte| *byte == b'=').next().unwrap_or(entry);
        if !skip(name) {
            env.push_with_nul(entry);
        }
        // SAFETY: an entry that is not null is followed by another.
        at = unsafe { at.add(1) };
    }
    env
}

#[cfg(all(unix, not(target_vendor = "apple")))]
fn table() -> *const *const std::ffi::c_char {
    unsafe extern "C" {
        static environ: *const *const std::ffi::c_char;
    }
    // SAFETY: the C library's own variable, which it initialised.
    unsafe { environ }
}

#[cfg(target_vendor = "apple")]
fn table() -> *const *const std::ffi::c_char {
    unsafe extern "C" {
        safe fn _NSGetEnviron() -> *const *const *const std::ffi::c_char;
    }
    // SAFETY: the system's own pointer to the array.
    unsafe { *_NSGetEnviron() }
}

/// This process's environment, without the names that `skip` knows.
#[cfg(not(unix))]
pub fn inherited(skip: impl Fn(&[u8]) -> bool) -> CStrings {
    let mut env = CStrings::new();
    for (name, value) in std::env::vars_os() {
        let (name, value) = (name.to_string_lossy(), value.to_string_lossy());
        if !skip(name.as_bytes()) {
            env.push(&[name.as_bytes(), b"=", value.as_bytes()]);
        }
    }
    env
}

#[cfg(test)]
mod tests {
    use super::inherited;
    use std::collections::BTreeSet;

    #[test]
    fn it_is_what_the_standard_library_reads_without_what_is_skipped() {
        let of = |skipped: &str| -> BTreeSet<Vec<u8>> {
            inherited(|name| name == skipped.as_bytes())
                .iter()
                .map(<[u8]>::to_vec)
                .collect()
        };
        let entry = |(name, value): (std::ffi::OsString, std::ffi::OsString)| {
            [name.as_encoded_bytes(), b"=", value.as_encoded_bytes()].concat()
        };
        let expected: BTreeSet<Vec<u8>> = std::env::vars_os().map(entry).collect();
        assert_eq!(of("no such name"), expected);
        assert_eq!(of("PATH").len(), expected.len() - 1);
    }
}
