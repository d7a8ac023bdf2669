//! The arguments of `spawn`, as lib/child_process/spawn/request.js lays them out.

use std::io;
use std::os::fd::{AsRawFd, IntoRawFd, OwnedFd};

use ironloop_sys::process::{CStrings, Command, Descriptor, Ends, Use, environment};

use crate::raw::{Call, Failure};

// Where each number stands. The pid replaces the flags once the child runs.
const FLAGS: usize = 0;
const UID: usize = 1;
const GID: usize = 2;
const COUNT: usize = 3;
const STDIO: usize = 4;

// The bits of FLAGS.
const DETACHED: u32 = 1;
const UID_GIVEN: u32 = 2;
const GID_GIVEN: u32 = 4;
const OWN_ENVIRONMENT: u32 = 8;
const ENDS_WITH_THREAD: u32 = 16;

// What a descriptor can be; two numbers each, the second the descriptor of SHARED and where the parent's end is put.
const NULL: i32 = 1;
const SHARED: i32 = 2;
const READ: i32 = 3;
const WRITE: i32 = 4;
const BOTH: i32 = 5;

/// What there is to read of `(port, id, file, argv, env, cwd, numbers)`.
pub(super) struct Request {
    pub(super) command: Command,
    pub(super) descriptors: Vec<Descriptor>,
    pub(super) ends_with_thread: bool,
    /// Closed, by being dropped, once the child runs.
    child_ends: Vec<OwnedFd>,
    /// With their place among the numbers.
    parent_ends: Vec<(usize, OwnedFd)>,
}

/// Reads the request and opens what it asks for; the inner error is why that failed.
pub(super) fn read(call: &Call, numbers: &[i32]) -> Result<io::Result<Request>, Failure> {
    let mut command = Command::new(call.string(2)?);
    command.argv = CStrings::from_packed(call.string(3)?);
    let cwd = call.string(5)?;
    command.cwd = (!cwd.is_empty()).then(|| cwd.into_bytes());
    let flags = numbers[FLAGS].cast_unsigned();
    command.env = environment(flags & OWN_ENVIRONMENT != 0, &call.string(4)?);
    command.session = flags & DETACHED != 0;
    command.uid = (flags & UID_GIVEN != 0).then(|| numbers[UID].cast_unsigned());
    command.gid = (flags & GID_GIVEN != 0).then(|| numbers[GID].cast_unsigned());
    let mut request = Request {
        command,
        descriptors: Vec::new(),
        ends_with_thread: flags & ENDS_WITH_THREAD != 0,
        child_ends: Vec::new(),
        parent_ends: Vec::new(),
    };
    Ok(request.open(numbers).map(|()| request))
}

/// Whether the numbers are as long as they say.
pub(super) fn is_whole(numbers: &[i32]) -> bool {
    let count = numbers.get(COUNT).copied().map(usize::try_from);
    matches!(count, Some(Ok(count)) if numbers.len() >= STDIO + 2 * count)
}

impl Request {
    fn open(&mut self, numbers: &[i32]) -> io::Result<()> {
        let count = numbers[COUNT].unsigned_abs() as usize;
        let pairs = numbers[STDIO..].chunks_exact(2).take(count);
        for (at, pair) in pairs.enumerate() {
            let by_child = match pair[0] {
                READ => Use::Read,
                WRITE => Use::Write,
                BOTH => Use::Both,
                other => {
                    self.descriptors.push(match other {
                        NULL => Descriptor::Null,
                        SHARED if pair[1] < 0 => {
                            return Err(io::ErrorKind::InvalidInput.into());
                        }
                        SHARED => Descriptor::Shared(pair[1]),
                        _ => Descriptor::None,
                    });
                    continue;
                }
            };
            let ends = Ends::open(by_child)?;
            self.descriptors
                .push(Descriptor::Given(ends.child.as_raw_fd()));
            self.child_ends.push(ends.child);
            self.parent_ends.push((STDIO + 2 * at + 1, ends.parent));
        }
        Ok(())
    }

    /// The parent's ends are JavaScript's from here on, also where no child was started: its streams see them closed.
    pub(super) fn hand_over(self, numbers: &mut [i32]) {
        for (place, end) in self.parent_ends {
            numbers[place] = end.into_raw_fd();
        }
    }
}
