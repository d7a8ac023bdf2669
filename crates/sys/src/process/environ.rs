use super::CStrings;

/// A child's environment: what `packed` has, as strings that each end with NUL. Where it inherits ours, they change that:
/// `NAME=value` sets, `NAME` alone removes.
#[must_use]
pub fn environment(inherits: bool, packed: &str) -> CStrings {
    if !inherits {
        return CStrings::from_packed(packed);
    }
    let changes = || packed.split_terminator('\0');
    let is_changed = |name: &[u8]| {
        changes().any(|change| change.split('=').next().map(str::as_bytes) == Some(name))
    };
    let mut env = inherited(is_changed);
    for change in changes().filter(|change| change.contains('=')) {
        env.push(&[change.as_bytes()]);
    }
    env
}

/// Ours, without the names that `skip` knows.
///
/// As libuv does, it reads what the C library holds, without a lock: nobody may change it at the same time. On the main
/// thread, which is where Node changes it, that holds; workers have copies, unless they were given a share of it.
#[cfg(unix)]
fn inherited(skip: impl Fn(&[u8]) -> bool) -> CStrings {
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

/// Ours, without the names that `skip` knows.
#[cfg(not(unix))]
fn inherited(skip: impl Fn(&[u8]) -> bool) -> CStrings {
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
    use super::{environment, inherited};
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

    #[test]
    fn changes_take_the_place_of_what_is_inherited() {
        let all = |env: &super::CStrings| env.iter().map(<[u8]>::to_vec).collect::<BTreeSet<_>>();
        let plain = all(&environment(true, ""));
        let changed = environment(true, "PATH=there\0NO_SUCH\0NEW=a=b\0");
        assert_eq!(changed.iter().count(), plain.len() + 1);
        assert_eq!(all(&changed).difference(&plain).count(), 2);
        assert_eq!(environment(true, "PATH\0").iter().count(), plain.len() - 1);
        assert_eq!(environment(false, "A=1\0").iter().count(), 1);
    }
}
