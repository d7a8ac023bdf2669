//! See the crate.

mod child;
#[cfg(feature = "executable")]
mod memory;
mod post;
mod settings;
mod syscall;
mod text;
mod tree;
mod watch;

pub use syscall::exit;

use child::Program;
use settings::Settings;

/// The exit code of a warden that found a mistake of its own.
pub const PANICKED: i32 = 125;
/// The exit code of a warden that was not started by its parent.
const MISUSED: i32 = 126;

/// Is the warden, from its first instruction to its last.
///
/// # Safety
/// `stack` points to what the kernel gives a new process: the count of arguments, the arguments, null, the environment,
/// null. It is writable and nobody else's.
pub unsafe fn run(stack: *mut usize) -> ! {
    // SAFETY: the caller's promise.
    let arguments = unsafe { text::Arguments::at(stack) };
    let Some((settings, program)) = arguments.as_ref().and_then(of_arguments) else {
        exit(MISUSED);
    };
    watch::run(&settings, program)
}

fn of_arguments(arguments: &text::Arguments) -> Option<(Settings, Program)> {
    let settings = Settings::parse(arguments.get(1)?, arguments.get(2)?)?;
    Some((settings, Program::new(arguments)?))
}
