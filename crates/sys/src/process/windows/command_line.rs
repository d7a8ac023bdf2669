//! One string for all arguments, as the C runtime takes it apart again ("Parsing C command-line arguments").

/// Quotes arguments so that a program of the C runtime gets them as they are.
pub(super) fn quoted<'a>(arguments: impl Iterator<Item = &'a str>) -> String {
    let mut line = String::new();
    for argument in arguments {
        if !line.is_empty() {
            line.push(' ');
        }
        push(&mut line, argument);
    }
    line
}

/// For cmd.exe, which has rules of its own: what follows `/c` goes as it was given, in one pair of quotes that `/s` takes
/// off. Quoting within is the caller's, as with any shell.
pub(super) fn for_shell<'a>(mut arguments: impl Iterator<Item = &'a str>) -> String {
    let mut line = String::new();
    push(&mut line, arguments.next().unwrap_or_default());
    while let Some(argument) = arguments.next() {
        line.push(' ');
        line.push_str(argument);
        if argument.eq_ignore_ascii_case("/c") {
            let command: Vec<&str> = arguments.by_ref().collect();
            line.push_str(&format!(" \"{}\"", command.join(" ")));
        }
    }
    line
}

/// A quote is escaped by a backslash, and backslashes before a quote are doubled; elsewhere they stand for themselves.
fn push(line: &mut String, argument: &str) {
    let plain = !argument.is_empty() && !argument.contains([' ', '\t', '\n', '\u{b}', '"']);
    if plain {
        line.push_str(argument);
        return;
    }
    line.push('"');
    let mut backslashes = 0;
    for character in argument.chars() {
        match character {
            '\\' => backslashes += 1,
            '"' => {
                line.extend(std::iter::repeat_n('\\', backslashes + 1));
                backslashes = 0;
            }
            _ => backslashes = 0,
        }
        line.push(character);
    }
    line.extend(std::iter::repeat_n('\\', backslashes));
    line.push('"');
}

/// Whether cmd.exe would run it, whose rules of quoting no program's arguments survive.
pub(super) fn is_batch(path: &str) -> bool {
    // Trailing dots and spaces are dropped by the system before it looks at the name.
    let name = path.trim_end_matches(['.', ' ']).to_ascii_lowercase();
    name.ends_with(".bat") || name.ends_with(".cmd")
}

#[cfg(test)]
mod tests {
    use super::{for_shell, is_batch, quoted};
    use proptest::prelude::*;

    /// The C runtime's way back.
    fn parse(line: &str) -> Vec<String> {
        let mut arguments = Vec::new();
        let mut characters = line.chars().peekable();
        while characters.peek().is_some() {
            let (mut argument, mut within, mut backslashes) = (String::new(), false, 0);
            for character in characters.by_ref() {
                match character {
                    '\\' => backslashes += 1,
                    '"' => {
                        argument.extend(std::iter::repeat_n('\\', backslashes / 2));
                        if backslashes % 2 == 1 {
                            argument.push('"');
                        } else {
                            within = !within;
                        }
                        backslashes = 0;
                    }
                    other => {
                        argument.extend(std::iter::repeat_n('\\', backslashes));
                        backslashes = 0;
                        if other == ' ' && !within {
                            break;
                        }
                        argument.push(other);
                    }
                }
            }
            argument.extend(std::iter::repeat_n('\\', backslashes));
            arguments.push(argument);
        }
        arguments
    }

    #[test]
    fn known_cases() {
        assert_eq!(quoted(["a", "b c", ""].into_iter()), r#"a "b c" """#);
        assert_eq!(
            quoted([r#"a"b"#, r"c\", r"d \"].into_iter()),
            r#""a\"b" c\ "d \\""#
        );
        let shell = ["cmd.exe", "/d", "/s", "/c", r#"echo "a b" & dir"#];
        assert_eq!(
            for_shell(shell.into_iter()),
            r#"cmd.exe /d /s /c "echo "a b" & dir""#
        );
    }

    #[test]
    fn batch_files_are_known_by_name() {
        for name in ["a.bat", "A.CMD", "a.bat. .", r"c:\x\npm.cmd"] {
            assert!(is_batch(name), "{name}");
        }
        for name in ["a.exe", "bat", "a.bat.exe"] {
            assert!(!is_batch(name), "{name}");
        }
    }

    proptest! {
        #[test]
        fn what_is_quoted_is_what_arrives(arguments in prop::collection::vec("[a \\\\\"\t]{0,8}", 1..5)) {
            let line = quoted(arguments.iter().map(String::as_str));
            prop_assert_eq!(parse(&line), arguments);
        }
    }
}
