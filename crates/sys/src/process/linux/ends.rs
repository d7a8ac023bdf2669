use std::io;
use std::os::fd::OwnedFd;
use std::os::unix::net::UnixStream;

use crate::process::pipe::clear_of_standard;

/// What a child does with a descriptor that leads to its parent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Use {
    Read,
    Write,
    Both,
}

/// Both ends of a pipe, or of a pair of sockets where it is to carry both ways; close-on-exec, blocking.
#[derive(Debug)]
pub struct Ends {
    pub parent: OwnedFd,
    pub child: OwnedFd,
}

impl Ends {
    /// Opens them.
    ///
    /// # Errors
    /// EMFILE, ENFILE, ENOMEM.
    pub fn open(by_child: Use) -> io::Result<Self> {
        if by_child == Use::Both {
            let (parent, child) = UnixStream::pair()?;
            return Ok(Self {
                parent: clear_of_standard(parent.into())?,
                child: child.into(),
            });
        }
        let (read, write) = io::pipe()?;
        let (read, write) = (OwnedFd::from(read), OwnedFd::from(write));
        Ok(match by_child {
            Use::Read => Self {
                parent: clear_of_standard(write)?,
                child: read,
            },
            _ => Self {
                parent: clear_of_standard(read)?,
                child: write,
            },
        })
    }
}
