//! The environment block: sorted by name regardless of case, each name once, UTF-16, NUL after each and one at the end.

use std::collections::BTreeMap;

use crate::process::CStrings;

/// Variables without which many programs do not start; added when a whole environment is replaced, as libuv does.
const REQUIRED: [&str; 6] = [
    "SYSTEMDRIVE",
    "SYSTEMROOT",
    "TEMP",
    "USERPROFILE",
    "WINDIR",
    "PATH",
];

/// The variables of a child by upper-case name; the last of those that differ in case only stands.
pub(super) struct Environment(BTreeMap<String, (String, String)>);

impl Environment {
    pub(super) fn new(list: &CStrings, ours: impl Fn(&str) -> Option<String>) -> Self {
        let mut variables = BTreeMap::new();
        for name in REQUIRED {
            if let Some(value) = ours(name) {
                variables.insert(name.to_owned(), (name.to_owned(), value));
            }
        }
        for entry in list.iter() {
            let entry = String::from_utf8_lossy(entry);
            // Names may begin with '=': the current directory of each drive.
            let Some(at) = entry.get(1..).and_then(|rest| rest.find('=')) else {
                continue;
            };
            let (name, value) = (entry[..=at].to_owned(), entry[at + 2..].to_owned());
            variables.insert(name.to_uppercase(), (name, value));
        }
        Self(variables)
    }

    pub(super) fn get(&self, name: &str) -> Option<&str> {
        self.0
            .get(&name.to_uppercase())
            .map(|(_, value)| value.as_str())
    }

    pub(super) fn block(&self) -> Vec<u16> {
        let mut block = Vec::new();
        for (name, value) in self.0.values() {
            block.extend(format!("{name}={value}\0").encode_utf16());
        }
        if block.is_empty() {
            block.push(0);
        }
        block.push(0);
        block
    }
}

#[cfg(test)]
mod tests {
    use super::Environment;

    #[test]
    fn names_are_sorted_once_each_and_what_is_required_is_added() {
        let list = ["b=1", "A=x=y", "B=2", "=C:=c:\\", "nothing"]
            .into_iter()
            .collect();
        let ours = |name: &str| (name == "SYSTEMROOT").then(|| "c:\\w".to_owned());
        let environment = Environment::new(&list, ours);
        assert_eq!(environment.get("a"), Some("x=y"));
        assert_eq!(environment.get("systemroot"), Some("c:\\w"));
        let block = String::from_utf16(&environment.block()).expect("text");
        assert_eq!(block, "=C:=c:\\\0A=x=y\0B=2\0SYSTEMROOT=c:\\w\0\0");
    }

    #[test]
    fn an_empty_one_is_two_nuls() {
        assert_eq!(
            Environment::new(&["x"].into_iter().collect(), |_| None).block(),
            [0, 0]
        );
    }
}
