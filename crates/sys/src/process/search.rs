use super::CStrings;

/// The paths that execvp(3) would try, in its order. They are tried by the child, because a directory of `PATH` may be
/// relative to its working directory and readable only to its user.
pub(crate) fn candidates(file: &[u8], env: &CStrings) -> CStrings {
    let mut paths = CStrings::new();
    if file.is_empty() || file.contains(&b'/') {
        paths.push(&[file]);
        return paths;
    }
    let path = env.iter().find_map(|entry| entry.strip_prefix(b"PATH="));
    for directory in path.unwrap_or(b"/bin:/usr/bin").split(|byte| *byte == b':') {
        let slash: &[u8] = if directory.is_empty() { b"" } else { b"/" };
        paths.push(&[directory, slash, file]);
    }
    paths
}

#[cfg(test)]
mod tests {
    use super::{CStrings, candidates};

    fn of(file: &str, env: &[&str]) -> CStrings {
        candidates(file.as_bytes(), &env.iter().copied().collect())
    }

    #[test]
    fn a_path_is_taken_as_it_is() {
        assert_eq!(of("./a", &["PATH=/x"]), ["./a"].into_iter().collect());
        assert_eq!(of("", &["PATH=/x"]), [""].into_iter().collect());
    }

    #[test]
    fn a_name_is_looked_for_in_each_directory_and_an_empty_one_is_the_working_directory() {
        let expected = ["/x/a", "/y//a", "a"].into_iter().collect();
        assert_eq!(of("a", &["HOME=/", "PATH=/x:/y/:"]), expected);
    }

    #[test]
    fn without_a_path_the_system_directories_are_searched() {
        assert_eq!(of("a", &[]), ["/bin/a", "/usr/bin/a"].into_iter().collect());
    }
}
