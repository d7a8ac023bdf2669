//! What is executed in the program's place when a warden is to stand between.

use std::io;
use std::os::fd::OwnedFd;

use ironloop_warden::wire::{SETTINGS, Setting};

use crate::process::{CStrings, Command, Control, LimitKind, SpawnError, Step, Warden};

const NAME: &[u8] = b"ironloop-warden";

/// A warden to be started.
pub(super) struct Guard {
    pub(super) command: Command,
    pub(super) control: Control,
    /// It becomes the descriptor after the standard ones, [`ironloop_warden::wire::CONTROL`].
    pub(super) wardens_end: OwnedFd,
}

impl Guard {
    pub(super) fn new(program: &Command, warden: &Warden) -> Result<Self, SpawnError> {
        let pipe = |error: io::Error| SpawnError::of(Step::Pipe, &error);
        let (control, wardens_end) = Control::pair().map_err(pipe)?;
        let mut argv = CStrings::new();
        argv.push(&[NAME]);
        argv.push(&[settings(program).as_bytes()]);
        argv.push(&[warden.cgroup.as_deref().unwrap_or_default()]);
        argv.push(&[&program.file]);
        for argument in program.argv.with_nul() {
            argv.push_with_nul(argument);
        }
        // What would bind the warden, too, is left to it.
        let command = Command {
            file: warden.file.clone(),
            argv,
            env: program.env.clone(),
            cwd: program.cwd.clone(),
            stdio: program.stdio,
            session: program.session,
            die_with_parent: program.die_with_parent,
            umask: program.umask,
            ..Command::new([])
        };
        Ok(Self {
            command,
            control,
            wardens_end,
        })
    }
}

fn settings(program: &Command) -> String {
    let mut numbers = [const { None::<i64> }; SETTINGS];
    let mut set = |setting: Setting, number: Option<i64>| {
        if let Some(place) = numbers.get_mut(setting as usize) {
            *place = number;
        }
    };
    set(Setting::DieWithParent, program.die_with_parent.then_some(1));
    set(Setting::Nice, program.nice.map(i64::from));
    set(Setting::Uid, program.uid.map(i64::from));
    set(Setting::Gid, program.gid.map(i64::from));
    for limit in &program.limits {
        let setting = match limit.kind {
            LimitKind::AddressSpaceBytes => Setting::AddressSpaceBytes,
            LimitKind::CpuSeconds => Setting::CpuSeconds,
            LimitKind::FileSizeBytes => Setting::FileSizeBytes,
            LimitKind::OpenFiles => Setting::OpenFiles,
        };
        set(
            setting,
            Some(i64::try_from(limit.value).unwrap_or(i64::MAX)),
        );
    }
    let words = numbers.map(|number| number.map_or("-".into(), |number| number.to_string()));
    words.join(" ")
}
