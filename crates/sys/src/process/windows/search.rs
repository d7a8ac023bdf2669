//! Which file a name means: along PATH, with the endings of PATHEXT, as cmd.exe and cross-spawn look.

const ENDINGS: &str = ".COM;.EXE;.BAT;.CMD";

/// The paths to try, in order. A name with a separator is not looked for elsewhere; one with an ending is tried as it is
/// first.
pub(super) fn candidates(
    file: &str,
    cwd: &str,
    path: Option<&str>,
    pathext: Option<&str>,
) -> Vec<String> {
    let endings = pathext.filter(|text| !text.is_empty()).unwrap_or(ENDINGS);
    let endings: Vec<&str> = endings.split(';').filter(|one| !one.is_empty()).collect();
    let name = file.rsplit(['/', '\\']).next().unwrap_or(file);
    let has_ending = name.rfind('.').is_some_and(|at| at > 0);
    let directories: Vec<String> = if file.contains(['/', '\\', ':']) {
        let absolute = file.starts_with(['/', '\\']) || file.get(1..2) == Some(":");
        vec![if absolute || cwd.is_empty() {
            String::new()
        } else {
            joined(cwd, "")
        }]
    } else {
        let listed = path
            .unwrap_or_default()
            .split(';')
            .filter(|one| !one.is_empty());
        listed
            .map(|one| joined(one.trim_matches('"'), ""))
            .collect()
    };
    let mut paths = Vec::new();
    for directory in directories {
        if has_ending {
            paths.push(format!("{directory}{file}"));
        }
        paths.extend(
            endings
                .iter()
                .map(|ending| format!("{directory}{file}{ending}")),
        );
    }
    paths
}

fn joined(directory: &str, name: &str) -> String {
    if directory.ends_with(['/', '\\']) {
        format!("{directory}{name}")
    } else {
        format!("{directory}\\{name}")
    }
}

#[cfg(test)]
mod tests {
    use super::candidates;

    #[test]
    fn a_name_is_looked_for_along_path_with_every_ending() {
        let found = candidates(
            "npm",
            "c:\\w",
            Some("c:\\a;\"c:\\b c\\\";"),
            Some(".EXE;.CMD"),
        );
        let expected = [
            "c:\\a\\npm.EXE",
            "c:\\a\\npm.CMD",
            "c:\\b c\\npm.EXE",
            "c:\\b c\\npm.CMD",
        ];
        assert_eq!(found, expected);
    }

    #[test]
    fn the_working_directory_is_not_searched_for_a_bare_name() {
        assert!(candidates("npm", "c:\\w", None, None).is_empty());
    }

    #[test]
    fn a_path_is_relative_to_the_working_directory_and_an_ending_stands_first() {
        let found = candidates("bin\\a.b", "c:\\w", Some("c:\\a"), Some(".EXE"));
        assert_eq!(found, ["c:\\w\\bin\\a.b", "c:\\w\\bin\\a.b.EXE"]);
        assert_eq!(
            candidates("c:\\x\\a", "c:\\w", None, Some(".EXE")),
            ["c:\\x\\a.EXE"]
        );
        assert_eq!(
            candidates("..\\.x\\a", "", None, Some(".EXE")),
            ["..\\.x\\a.EXE"]
        );
    }
}
