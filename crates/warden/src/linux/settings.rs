//! The warden's own arguments: see [`crate::wire::Setting`].

use core::ffi::CStr;

use super::text::{PATH_BYTES, Text, number};
use crate::wire::{SETTINGS, Setting};

pub(super) struct Settings {
    numbers: [Option<i64>; SETTINGS],
    cgroup: Option<Text<PATH_BYTES>>,
}

impl Settings {
    pub(super) fn parse(numbers: &CStr, cgroup: &CStr) -> Option<Self> {
        let mut parsed = [None; SETTINGS];
        let mut words = numbers.to_bytes().split(|byte| *byte == b' ');
        for place in &mut parsed {
            *place = match words.next()? {
                b"-" => None,
                word => Some(number(word)?),
            };
        }
        let mut directory = Text::new();
        let cgroup = cgroup.to_bytes();
        if words.next().is_some() || !directory.push(cgroup) {
            return None;
        }
        Some(Self {
            numbers: parsed,
            cgroup: (!cgroup.is_empty()).then_some(directory),
        })
    }

    pub(super) fn get(&self, setting: Setting) -> Option<i64> {
        self.numbers.get(setting as usize).copied().flatten()
    }

    pub(super) fn dies_with_parent(&self) -> bool {
        self.get(Setting::DieWithParent) == Some(1)
    }

    /// The directory of the tree's cgroup.
    pub(super) fn cgroup(&self) -> Option<&CStr> {
        self.cgroup.as_ref().map(Text::as_c_str)
    }
}

#[cfg(test)]
mod tests {
    use super::Settings;
    use crate::wire::Setting;

    #[test]
    fn numbers_and_what_is_not_asked_for() {
        let settings = Settings::parse(c"1 -20 - 4 - - 0 -", c"/sys").expect("well formed");
        assert!(settings.dies_with_parent());
        assert_eq!(settings.get(Setting::Nice), Some(-20));
        assert_eq!(settings.get(Setting::Uid), None);
        assert_eq!(settings.get(Setting::FileSizeBytes), Some(0));
        assert_eq!(settings.cgroup(), Some(c"/sys"));
    }

    #[test]
    fn what_the_parent_does_not_write_is_refused() {
        for wrong in [
            c"",
            c"1 - - - - - -",
            c"1 - - - - - - - -",
            c"x - - - - - - -",
        ] {
            assert!(Settings::parse(wrong, c"").is_none());
        }
    }
}
